//! Cursors: where a page ended, bound to the filter that it belongs to.

use std::fmt;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::list::ListFilter;
use super::{Session, Status};
use crate::{Error, Result};

/// The forms of the text: what comes after a place, and what comes before it. Another one would get another number.
const AFTER: u8 = 1;
const BEFORE: u8 = 2;
const LENGTH: usize = 1 + 8 + 16 + 16;

/// A short digest of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FilterHash([u8; 8]);

impl FilterHash {
    pub(super) fn of(filter: &ListFilter) -> Self {
        let mut statuses = filter.statuses.clone();
        statuses.sort_unstable();
        statuses.dedup();
        let names: Vec<&str> = statuses.into_iter().map(Status::name).collect();
        let time = |it: Option<OffsetDateTime>| it.map(OffsetDateTime::unix_timestamp_nanos);
        let text = format!(
            "{names:?} {:?} {} {:?} {:?} {:?}",
            filter.language,
            filter.archived.name(),
            filter.title,
            time(filter.created_from),
            time(filter.created_to)
        );
        let mut short = [0; 8];
        short
            .iter_mut()
            .zip(Sha256::digest(text))
            .for_each(|(to, from)| *to = from);
        Self(short)
    }
}

/// A place in a list: after one session, or before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    filter: FilterHash,
    created_at: OffsetDateTime,
    id: Uuid,
    is_back: bool,
}

impl Cursor {
    /// What comes after a session.
    pub(super) fn after(session: &Session, filter: FilterHash) -> Self {
        Self {
            filter,
            created_at: session.created_at,
            id: session.id,
            is_back: false,
        }
    }

    /// What comes before it.
    pub(super) fn before(session: &Session, filter: FilterHash) -> Self {
        Self {
            is_back: true,
            ..Self::after(session, filter)
        }
    }

    pub(super) fn is_back(self) -> bool {
        self.is_back
    }

    pub(super) fn position(self) -> (OffsetDateTime, Uuid) {
        (self.created_at, self.id)
    }

    /// Reads a cursor that was handed out for the same filter.
    pub(super) fn parse(text: &str, filter: FilterHash) -> Result<Self> {
        let bytes = decode(text).ok_or(Error::CursorUnreadable)?;
        let cursor = Self::from_bytes(&bytes).ok_or(Error::CursorUnreadable)?;
        if cursor.filter != filter {
            return Err(Error::CursorOfOtherFilter);
        }
        Ok(cursor)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (form, rest) = bytes.split_first()?;
        let (filter, rest) = rest.split_first_chunk::<8>()?;
        let (nanos, rest) = rest.split_first_chunk::<16>()?;
        let id: [u8; 16] = rest.try_into().ok()?;
        if ![AFTER, BEFORE].contains(form) {
            return None;
        }
        let created_at =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from_be_bytes(*nanos)).ok()?;
        // beyond these Postgres has no time
        if !(-4000..=9999).contains(&created_at.year()) {
            return None;
        }
        Some(Self {
            filter: FilterHash(*filter),
            created_at,
            id: Uuid::from_bytes(id),
            is_back: *form == BEFORE,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.push(if self.is_back { BEFORE } else { AFTER });
        bytes.extend(self.filter.0);
        bytes.extend(self.created_at.unix_timestamp_nanos().to_be_bytes());
        bytes.extend(self.id.as_bytes());
        formatter.write_str(&lodger_migration::hex::encode(&bytes))
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() != LENGTH * 2 {
        return None;
    }
    lodger_migration::hex::decode(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(title: &str) -> FilterHash {
        FilterHash::of(&ListFilter {
            title: Some(title.to_owned()),
            ..ListFilter::default()
        })
    }

    #[test]
    fn the_order_of_statuses_does_not_matter_and_everything_else_does() {
        let filter = |statuses: &[Status]| ListFilter {
            statuses: statuses.to_vec(),
            ..ListFilter::default()
        };
        let of = |statuses| FilterHash::of(&filter(statuses));
        assert_eq!(
            of(&[Status::Failed, Status::Completed]),
            of(&[Status::Completed, Status::Failed])
        );
        assert_ne!(of(&[Status::Failed]), of(&[Status::Completed]));
        assert_ne!(hash("a"), hash("b"));
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(
            seconds in 0_i64..250_000_000_000, micros in 0_i64..1_000_000, id in any::<u128>(), title in ".*",
            is_back in any::<bool>()
        ) {
            let created_at = OffsetDateTime::from_unix_timestamp(seconds).unwrap() + time::Duration::microseconds(micros);
            let cursor = Cursor { filter: hash(&title), created_at, id: Uuid::from_u128(id), is_back };
            prop_assert_eq!(Cursor::parse(&cursor.to_string(), hash(&title)).unwrap(), cursor);
            let other = Cursor::parse(&cursor.to_string(), hash(&(title + "x")));
            prop_assert!(matches!(other, Err(Error::CursorOfOtherFilter)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), hex in "[0-9a-fA-F]{82}") {
            let _ = Cursor::parse(&text, hash(""));
            let _ = Cursor::parse(&hex, hash(""));
        }
    }
}
