//! Whose events changed, as far as others may know it: users share 256 lanes.
//!
//! The payload of a notification is the lanes in hexadecimal, two digits each, such as `07c4`; an empty one, or
//! one that cannot be read, means all of them. Anybody who may connect can listen to a channel: eight bits tell
//! nobody who it was, and still spare all but one in 256 of those who wait a look.

use std::fmt::Write as _;

use uuid::Uuid;

/// How many there are.
pub(super) const LANES: usize = 256;

/// The lane of a user: all bytes of the id count, because versions of UUID differ in which of them are random.
pub(super) fn lane(user_id: Uuid) -> u8 {
    user_id.as_bytes().iter().fold(0, |sum, byte| sum ^ byte)
}

/// A set of lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lanes([bool; LANES]);

impl Lanes {
    pub(super) const NONE: Self = Self([false; LANES]);
    pub(super) const ALL: Self = Self([true; LANES]);

    pub(super) fn of(users: &[Uuid]) -> Self {
        let mut lanes = Self::NONE;
        for user in users {
            lanes.add(lane(*user));
        }
        lanes
    }

    fn add(&mut self, lane: u8) {
        if let Some(is_in) = self.0.get_mut(usize::from(lane)) {
            *is_in = true;
        }
    }

    pub(super) fn join(&mut self, others: &Self) {
        for (is_in, other) in self.0.iter_mut().zip(others.0) {
            *is_in |= other;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }

    /// The places of those that are in it.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        let all = self.0.iter().enumerate();
        all.filter(|(_, is_in)| **is_in).map(|(place, _)| place)
    }

    pub(super) fn payload(&self) -> String {
        let mut payload = String::new();
        for place in self.places() {
            // writing into a String cannot fail
            let _ = write!(payload, "{place:02x}");
        }
        payload
    }

    pub(super) fn from_payload(payload: &str) -> Self {
        let mut lanes = Self::NONE;
        for digits in payload.as_bytes().chunks(2) {
            let read = str::from_utf8(digits).ok().filter(|it| it.len() == 2);
            match read.and_then(|it| u8::from_str_radix(it, 16).ok()) {
                Some(lane) => lanes.add(lane),
                None => return Self::ALL,
            }
        }
        if lanes.is_empty() { Self::ALL } else { lanes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_read_wakes_all() {
        for payload in ["", "7", "07c", "zz", "07zz", "ü", "07 c"] {
            assert_eq!(Lanes::from_payload(payload), Lanes::ALL, "{payload}");
        }
    }

    #[test]
    fn all_of_them_fit_into_a_notification() {
        // 8000 bytes, https://www.postgresql.org/docs/17/sql-notify.html
        assert_eq!(Lanes::ALL.payload().len(), 512);
    }

    proptest! {
        #[test]
        fn a_payload_is_read_as_it_was_written(users in proptest::collection::vec(any::<u128>(), 1..40)) {
            let users: Vec<Uuid> = users.into_iter().map(Uuid::from_u128).collect();
            let lanes = Lanes::of(&users);
            prop_assert_eq!(&Lanes::from_payload(&lanes.payload()), &lanes);
            for user in users {
                prop_assert!(lanes.places().any(|place| place == usize::from(lane(user))));
            }
        }
    }
}
