//! How often somebody may ask.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// After so many checks, those who were long not here are forgotten.
const CHECKS_BETWEEN_CLEANINGS: u32 = 4096;

/// A budget for each key: `per_minute`, all of which may be spent at once.
#[derive(Debug)]
pub(crate) struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    pub(crate) fn per_minute(budget: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(budget)),
            checks: AtomicU32::new(0),
        }
    }

    /// Takes one from the key's budget, or tells how long to wait.
    pub(crate) fn take(&self, key: &K) -> Result<(), Duration> {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed);
        if checks.is_multiple_of(CHECKS_BETWEEN_CLEANINGS) {
            self.limiter.retain_recent();
        }
        let Err(until) = self.limiter.check_key(key) else {
            return Ok(());
        };
        Err(until.wait_time_from(DefaultClock::default().now()))
    }
}

/// Whole seconds for `Retry-After`, never none.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_budget_of_their_own() {
        let rate = Rate::per_minute(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert!(rate.take(&"a").is_ok());
        }
        let wait = rate.take(&"a").unwrap_err();
        assert!((1..=21).contains(&seconds(wait)), "{wait:?}");
        assert!(rate.take(&"b").is_ok());
    }
}
