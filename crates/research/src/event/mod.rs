//! The outbox: what happened to a user's sessions and drafts, numbered per user without gaps.

mod audit;
mod changes;
mod lanes;
mod listen;
mod tell;
mod ticket;

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::fault::all;
use crate::row::{BIGINT, UUID, column};
use crate::{Error, Missing, Result, Scope};

pub use audit::Resource;
pub use changes::Changes;
pub(crate) use changes::Signal;
pub use listen::Listening;
pub use tell::NewEvent;
pub use ticket::IssuedTicket;

const EVENTS: &str = include_str!("events.sql");
const OF_SESSION: &str = include_str!("events_of_session.sql");
const KNOWN: &str = include_str!("known.sql");
const HEAD: &str = include_str!("head.sql");

/// Something that happened. It was written with the change itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number among the user's events: 1, 2, 3, …
    pub seq: i64,
    /// The session that it is about, if it is about one.
    pub session_id: Option<Uuid>,
    /// Such as `session.created`; more kinds may come.
    pub kind: String,
    /// What there is to say about it: a JSON object.
    pub payload: Value,
    /// When.
    pub created_at: OffsetDateTime,
}

impl Event {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            seq: column(row, "seq")?,
            session_id: column(row, "session_id")?,
            kind: column(row, "kind")?,
            payload: column(row, "payload")?,
            created_at: column(row, "created_at")?,
        })
    }
}

/// Events after a number.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// In order.
    pub events: Vec<Event>,
    /// The number after which the next page begins; `None` on the last one.
    pub next: Option<i64>,
    /// The number of the last event that there is.
    pub last_seq: i64,
    /// Some of the events that were asked for are gone: read the lists anew, and go on after `last_seq`.
    pub reset: bool,
}

impl EventPage {
    /// Can at most `limit` events after the number `after` be asked for?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(after: i64, limit: u16) -> Result<()> {
        let many = "1 to 1,000 events are read at a time";
        let of = |good: bool, field, reason: &str| {
            good.then_some(())
                .ok_or_else(|| Error::invalid(field, reason))
        };
        all([
            of(after >= 0, "after", "events are numbered from 1"),
            of((1..=1000).contains(&limit), "limit", many),
        ])
    }
}

impl Scope {
    /// The user's events after the number `after`, at most `limit` of them (1 to 1,000).
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub async fn events_after(&self, after: i64, limit: u16) -> Result<EventPage> {
        EventPage::check(after, limit)?;
        let rows = with_one_more(limit);
        let of_user = [(&self.user_id as _, UUID)];
        let parameters = [
            (&self.user_id as _, UUID),
            (&after as _, BIGINT),
            (&rows as _, BIGINT),
        ];
        let [head, rows] = self
            .read([Query::new(HEAD, &of_user), Query::new(EVENTS, &parameters)])
            .await?;
        page(after, limit, head.first(), &rows)
    }

    /// Those of [`Scope::events_after`] that are about one session, which may have been deleted since.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`].
    pub async fn session_events_after(
        &self,
        session_id: Uuid,
        after: i64,
        limit: u16,
    ) -> Result<EventPage> {
        EventPage::check(after, limit)?;
        let rows = with_one_more(limit);
        let of_user = [(&self.user_id as _, UUID)];
        let of_session = [(&self.user_id as _, UUID), (&session_id as _, UUID)];
        let parameters = [
            (&self.user_id as _, UUID),
            (&after as _, BIGINT),
            (&rows as _, BIGINT),
            (&session_id as _, UUID),
        ];
        let [known, head, rows] = self
            .read([
                Query::new(KNOWN, &of_session),
                Query::new(HEAD, &of_user),
                Query::new(OF_SESSION, &parameters),
            ])
            .await?;
        let is_known = known.first().map(|row| column(row, "is_known"));
        if !is_known.transpose()?.unwrap_or(false) {
            return Err(Error::NotFound(Missing::Session(session_id)));
        }
        page(after, limit, head.first(), &rows)
    }
}

/// How many rows to ask for, so that the last page is known to be the last.
fn with_one_more(limit: u16) -> i64 {
    i64::from(limit) + 1
}

fn page(after: i64, limit: u16, head: Option<&Row>, rows: &[Row]) -> Result<EventPage> {
    let (last_seq, pruned): (i64, i64) = match head {
        Some(row) => (column(row, "last_seq")?, column(row, "pruned_seq")?),
        None => (0, 0),
    };
    // a number that was never given comes from another database, or from before everything was erased
    if after < pruned || after > last_seq {
        return Ok(EventPage {
            events: Vec::new(),
            next: None,
            last_seq,
            reset: true,
        });
    }
    let size = usize::from(limit);
    let events = rows.iter().take(size).map(Event::from_row);
    let events = events.collect::<Result<Vec<_>>>()?;
    let last = events.last().map(|it| it.seq);
    Ok(EventPage {
        next: last.filter(|_| rows.len() > size),
        events,
        last_seq,
        reset: false,
    })
}
