//! One client that follows what happens, and where it stands; how it is told is the business of the stream and the socket.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::header;
use lodger_research::{Changes, Error, Event, EventPage};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

use super::EventBody;
use crate::app::Shared;
use crate::extract::User;
use crate::problem::{Code, Problem};

/// Streams and sockets of one user at a time: a few windows on a few machines.
const MOST: usize = 20;
/// Events that are read at a time; the next are read when the client has taken these.
const PAGE: u16 = 200;
/// The last that there is to tell, of one session and to one token.
const EXPIRED: &str = "expired";
const DELETED: &str = "session.deleted";

/// How many streams and sockets each user has open.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<Uuid, usize>>);

impl Streams {
    fn open(self: &Arc<Self>, id: Uuid) -> Result<Open, Problem> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(id).or_default();
        if *count >= MOST {
            return Err(Problem::new(Code::TooManyStreams).header(header::RETRY_AFTER, "10"));
        }
        *count += 1;
        Ok(Open(Arc::clone(self), id))
    }
}

/// A stream that is open as long as this lives.
#[derive(Debug)]
struct Open(Arc<Streams>, Uuid);

impl Drop for Open {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

/// Something that a client is told.
#[derive(Debug)]
pub(super) struct Message {
    /// `ready`, `reset`, `expired`, or the event's kind.
    pub(super) name: String,
    /// The number that it stands at, if it stands at one.
    pub(super) id: Option<i64>,
    pub(super) data: Value,
}

impl Message {
    fn new(name: &str, id: i64, data: Value) -> Self {
        Self {
            name: name.to_owned(),
            id: Some(id),
            data,
        }
    }

    fn told(event: Event) -> Self {
        let (id, name) = (event.seq, event.kind.clone());
        let data = serde_json::to_value(EventBody::from(event)).unwrap_or_default();
        Self {
            name,
            id: Some(id),
            data,
        }
    }
}

/// One client and where it stands.
pub(super) struct Following {
    user: User,
    /// The one session that it is about.
    only: Option<Uuid>,
    changes: Changes,
    stopping: watch::Receiver<bool>,
    position: i64,
    waiting: VecDeque<Message>,
    /// There was nothing more at the last look.
    looked: bool,
    ended: bool,
    _open: Open,
}

impl Following {
    /// Begins after the number that the client has, or with what happens from now on.
    pub(super) async fn begin(
        shared: &Shared,
        user: User,
        after: Option<i64>,
        only: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let open = shared.streams.open(user.principal.user_id)?;
        // listened to before the first look, so that nothing falls between
        let changes = user.scope.changes();
        let now = page(&user, only, 0, 1).await?.last_seq;
        Ok(Self {
            user,
            only,
            changes,
            stopping: shared.stopping.subscribe(),
            position: after.unwrap_or(now).max(0),
            waiting: VecDeque::from([Message::new("ready", now, json!({ "last_seq": now }))]),
            looked: false,
            ended: false,
            _open: open,
        })
    }

    /// What is to be told next; nothing when that was all.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            if self.ended {
                return None;
            }
            if self.looked {
                self.wait().await;
            } else {
                self.look().await;
            }
        }
    }

    /// Is there nothing more to tell after this?
    pub(super) fn is_last(&self, message: &Message) -> bool {
        message.name == EXPIRED || (self.only.is_some() && message.name == DELETED)
    }

    /// Until something may have happened, the token ends, or the server stops.
    async fn wait(&mut self) {
        let left = self.user.principal.expires_at - OffsetDateTime::now_utc();
        let Ok(left) = Duration::try_from(left) else {
            self.ended = true;
            self.waiting.push_back(Message {
                name: EXPIRED.to_owned(),
                id: None,
                data: json!({}),
            });
            return;
        };
        tokio::select! {
            () = self.changes.changed() => self.looked = false,
            () = tokio::time::sleep(left) => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => self.ended = true,
        }
    }

    async fn look(&mut self) {
        let page = match page(&self.user, self.only, self.position, PAGE).await {
            Ok(page) => page,
            // a moment's trouble: the client would only come back and ask the same
            Err(Error::Busy | Error::TooLong) => {
                self.looked = true;
                return;
            }
            Err(error) => {
                tracing::debug!(code = error.code(), "a stream ends");
                self.ended = true;
                return;
            }
        };
        if page.reset {
            self.position = page.last_seq;
            let data = json!({ "last_seq": page.last_seq });
            self.waiting
                .push_back(Message::new("reset", page.last_seq, data));
        }
        let is_full = page.events.len() >= usize::from(PAGE);
        for event in page.events {
            self.position = event.seq;
            // nothing comes after it: whoever comes back is told that there is no such session
            self.ended |= self.only.is_some() && event.kind == DELETED;
            self.waiting.push_back(Message::told(event));
        }
        if !is_full {
            self.position = page.last_seq;
        }
        self.looked = self.position >= page.last_seq;
    }
}

async fn page(user: &User, only: Option<Uuid>, after: i64, limit: u16) -> Result<EventPage, Error> {
    match only {
        Some(id) => user.scope.session_events_after(id, after, limit).await,
        None => user.scope.events_after(after, limit).await,
    }
}
