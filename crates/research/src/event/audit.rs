//! What was done to a user's things: the outbox, read by what it is about.

use lodger_database::scoped::Query;
use uuid::Uuid;

use super::{EventPage, HEAD, page, with_one_more};
use crate::row::{BIGINT, TEXT, UUID};
use crate::{Result, Scope};

const AUDIT: &str = include_str!("audit.sql");

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Sessions themselves.
    Sessions,
    /// One session with everything in it.
    Session(Uuid),
    /// Drafts.
    Drafts,
    /// One draft.
    Draft(Uuid),
    /// Transfers.
    Transfers,
    /// One transfer.
    Transfer(Uuid),
}

impl Resource {
    /// The pattern of the kinds of its events.
    fn kinds(self) -> Option<&'static str> {
        match self {
            Self::Session(_) => None,
            Self::Sessions => Some("session.%"),
            Self::Drafts | Self::Draft(_) => Some("draft.%"),
            Self::Transfers | Self::Transfer(_) => Some("transfer.%"),
        }
    }

    /// Where its events name it, if not as their session.
    fn named(self) -> (&'static str, Option<String>) {
        match self {
            Self::Draft(id) => ("id", Some(id.to_string())),
            Self::Transfer(id) => ("transfer_id", Some(id.to_string())),
            Self::Sessions | Self::Session(_) | Self::Drafts | Self::Transfers => ("id", None),
        }
    }
}

impl Scope {
    /// What was done after the number `after`, at most `limit` of it (1 to 1,000), to all of the user's things or to some of
    /// them. It is known for as long as events are kept.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid).
    pub async fn audit(
        &self,
        resource: Option<Resource>,
        after: i64,
        limit: u16,
    ) -> Result<EventPage> {
        EventPage::check(after, limit)?;
        let rows = with_one_more(limit);
        let kinds = resource.and_then(Resource::kinds);
        let session = match resource {
            Some(Resource::Session(id)) => Some(id),
            _ => None,
        };
        let (key, name) = resource.map_or(("id", None), Resource::named);
        let of_user = [(&self.user_id as _, UUID)];
        let parameters = [
            (&self.user_id as _, UUID),
            (&after as _, BIGINT),
            (&rows as _, BIGINT),
            (&kinds as _, TEXT),
            (&session as _, UUID),
            (&name as _, TEXT),
            (&key as _, TEXT),
        ];
        let [head, rows] = self
            .read([Query::new(HEAD, &of_user), Query::new(AUDIT, &parameters)])
            .await?;
        page(after, limit, head.first(), &rows)
    }
}
