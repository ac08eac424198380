//! Events that a session's owner tells, such as how far a program is with it.

use lodger_database::scoped::Query;
use serde_json::Value;
use uuid::Uuid;

use super::Event;
use crate::row::{JSON, TEXT, UUID, column};
use crate::session::check_object;
use crate::{Error, Result, Scope, Work};

const TELL: &str = include_str!("tell.sql");
/// As in the database's function.
const MOST_PAYLOAD: usize = 16 * 1024;
/// Kinds of these begin the store's own.
const RESERVED: [&str; 3] = ["session", "draft", "transfer"];

/// What is to be told of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Two to four words with dots between, such as `agent.progress`; `session.…`, `draft.…` and `transfer.…` are the store's own.
    pub kind: String,
    /// What there is to say about it: a JSON object of at most 16 KiB.
    pub payload: Value,
}

impl NewEvent {
    /// Can it be told?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        crate::fault::all([check_kind(&self.kind), check_payload(&self.payload)])
    }
}

fn check_kind(kind: &str) -> Result<()> {
    let is_word = |word: &str| {
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        (1..=31).contains(&word.len()) && word.bytes().all(is_plain)
    };
    let words: Vec<&str> = kind.split('.').collect();
    let good = (2..=4).contains(&words.len())
        && words.iter().all(|it| is_word(it))
        && kind.starts_with(|it: char| it.is_ascii_lowercase());
    if !good {
        let reason = "write it in small letters with dots, as `agent.progress`";
        return Err(Error::invalid("kind", reason));
    }
    if words.first().is_some_and(|it| RESERVED.contains(it)) {
        return Err(Error::invalid("kind", "the store tells these itself"));
    }
    Ok(())
}

fn check_payload(payload: &Value) -> Result<()> {
    check_object("payload", payload)?;
    if payload.to_string().len() > MOST_PAYLOAD {
        return Err(Error::invalid("payload", "it is bigger than 16 KiB"));
    }
    Ok(())
}

impl Work {
    /// Tells an event of one of the user's sessions.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::SourceTransferred`].
    pub async fn tell_event(&mut self, session_id: Uuid, new: &NewEvent) -> Result<Event> {
        new.check()?;
        let parameters = [
            (&session_id as _, UUID),
            (&new.kind as _, TEXT),
            (&new.payload as _, JSON),
        ];
        let rows = self.query(Query::new(TELL, &parameters)).await?;
        let Some(row) = rows.first() else {
            return Err(self.why_not(session_id, None).await?.1);
        };
        Ok(Event {
            seq: column(row, "seq")?,
            session_id: Some(session_id),
            kind: new.kind.clone(),
            payload: new.payload.clone(),
            created_at: column(row, "created_at")?,
        })
    }
}

impl Scope {
    /// Tells an event of one of the user's sessions: see [`Work::tell_event`].
    ///
    /// # Errors
    /// As there.
    pub async fn tell_event(&self, session_id: Uuid, new: &NewEvent) -> Result<Event> {
        let mut work = self.begin().await?;
        let event = work.tell_event(session_id, new).await?;
        work.commit().await?;
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_words_with_dots_and_not_the_stores_own() {
        for good in ["agent.progress", "a.b.c_1.d", "sessions.x"] {
            assert!(check_kind(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "agent",
            "Agent.x",
            "a..b",
            ".a",
            "a.",
            "1.a",
            "a.b.c.d.e",
            "a b.c",
            "session.created",
            "draft.x",
            "transfer.out",
            "a.é",
        ] {
            assert!(check_kind(bad).is_err(), "{bad}");
        }
    }
}
