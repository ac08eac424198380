//! Which failures are worth another try, and how long to wait before it.

use std::time::Duration;

use rand::Rng;
use tokio_postgres::error::SqlState;

use super::{ApplyError, StepFailure};
use crate::bookkeeping::BookkeepingError;

/// How often a step is tried, and how long the pauses are.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The first pause; each further one is twice as long.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
}

impl Default for Retry {
    /// Ten attempts with pauses of 0.1 to 5 seconds: about half a minute.
    fn default() -> Self {
        Self {
            attempts: 10,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
        }
    }
}

impl Retry {
    /// The pause after attempt `attempt` (from 1): doubled each time, and a random half of it taken
    /// off, so that two who wait for each other do not meet again.
    #[must_use]
    pub fn pause(&self, attempt: u32) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(1 << attempt.saturating_sub(1).min(16));
        let longest = doubled.min(self.longest_pause);
        longest.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

/// Another session held a lock, or collided with us: nothing is wrong with the migration.
pub(crate) fn is_worth_another_try(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [
            &SqlState::LOCK_NOT_AVAILABLE,
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::T_R_SERIALIZATION_FAILURE,
        ]
        .contains(&code)
    })
}

/// Another session may collide with us in the bookkeeping as well as anywhere else.
pub(super) fn not_recorded(error: ApplyError) -> StepFailure {
    match error {
        ApplyError::Bookkeeping(BookkeepingError::Refused { source, .. })
            if is_worth_another_try(&source) =>
        {
            StepFailure::Postgres {
                line: None,
                doing: "recording the step",
                source,
            }
        }
        error => StepFailure::Other(error),
    }
}

/// What Postgres said, without the driver's own words.
pub(crate) fn sentence(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |said| format!("{} ({})", said.message(), said.code().code()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_within_bounds() {
        let retry = Retry::default();
        for attempt in 1..40 {
            let pause = retry.pause(attempt);
            assert!(pause >= Duration::from_millis(50), "{attempt}: {pause:?}");
            assert!(pause <= retry.longest_pause, "{attempt}: {pause:?}");
        }
        assert!(retry.pause(1) <= Duration::from_millis(100));
        assert!(retry.pause(9) >= Duration::from_millis(2500));
    }
}
