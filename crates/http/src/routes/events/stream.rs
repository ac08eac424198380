//! `GET /v1/stream`, and that of one session: events as they happen, as server-sent events.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse as _, Response, Sse as Answer};
use futures_util::stream::{Stream, unfold};
use lodger_research::{Changes, Error, Event, EventPage};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

use super::EventBody;
use super::tickets::redeem;
use crate::app::Handle;
use crate::extract::{Id, Parameters, User};
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};
use crate::problem::{Code, Problem};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies close what is silent for long.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After how long a client comes back when the stream breaks off.
const RETRY: Duration = Duration::from_secs(2);
/// Streams of one user at a time: a few windows on a few machines.
const MOST: usize = 20;
/// Events that are read at a time; the next are read when the client has taken these.
const PAGE: u16 = 200;
const DELETED: &str = "session.deleted";

/// How many streams each user has open.
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    ticket: Option<String>,
    after: Option<i64>,
}

/// Whoever has a ticket, or a token.
#[derive(Debug)]
pub(super) struct Follower(User, Option<i64>);

impl FromRequestParts<Handle> for Follower {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, handle: &Handle) -> Result<Self, Problem> {
        let wanted = Parameters::<Wanted>::from_request_parts(parts, handle).await?;
        let Parameters(Wanted { ticket, after }) = wanted;
        let user = match ticket {
            Some(ticket) => redeem(&handle.0, &ticket).await?,
            None => User::from_request_parts(parts, handle).await?,
        };
        Ok(Self(user, after))
    }
}

/// Follow what happens
///
/// Each event has its number as its id, its kind as its name, and the event as its data. `ready` comes first and names the
/// last number; `reset` says that events are gone and the lists have to be read anew; `expired` that the token has ended.
/// With `Last-Event-ID`, or `after`, events since then come first.
#[utoipa::path(
    get, path = "/v1/stream", tag = "events", security(("bearer" = []), ()),
    params(
        ("ticket" = Option<String>, Query, description = "Instead of a token"),
        ("after" = Option<i64>, Query, description = "As `Last-Event-ID`"),
        ("Last-Event-ID" = Option<String>, Header, description = "The number of the last event that the client has"),
    ),
    responses((status = OK, description = "Events", content_type = "text/event-stream", body = String), Problems<(ForUsers, WithQuery)>),
)]
pub(super) async fn follow(
    State(handle): State<Handle>,
    follower: Follower,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    begin(&handle, follower, &headers, None).await
}

/// Follow what happens to a session
///
/// As `/v1/stream`, with the same numbers and tickets. It ends after `session.deleted`.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/stream", tag = "events", security(("bearer" = []), ()),
    params(
        ("id" = Uuid, Path),
        ("ticket" = Option<String>, Query, description = "Instead of a token"),
        ("after" = Option<i64>, Query, description = "As `Last-Event-ID`"),
        ("Last-Event-ID" = Option<String>, Header, description = "The number of the last event that the client has"),
    ),
    responses((status = OK, description = "Events", content_type = "text/event-stream", body = String), Problems<(ForUsers, OfOne, WithQuery)>),
)]
pub(super) async fn follow_session(
    State(handle): State<Handle>,
    follower: Follower,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    begin(&handle, follower, &headers, Some(id)).await
}

async fn begin(
    handle: &Handle,
    Follower(user, after): Follower,
    headers: &HeaderMap,
    only: Option<Uuid>,
) -> Result<Response, Problem> {
    let open = handle.0.streams.open(user.principal.user_id)?;
    let last = headers.get(LAST_EVENT_ID).and_then(|it| it.to_str().ok());
    let after = last.and_then(|it| it.trim().parse().ok()).or(after);
    // listened to before the first look, so that nothing falls between
    let changes = handle.0.store.changes();
    let now = page(&user, only, 0, 1).await?.last_seq;
    let following = Following {
        user,
        only,
        changes,
        stopping: handle.0.stopping.subscribe(),
        position: after.unwrap_or(now).max(0),
        waiting: VecDeque::from([message("ready", now, &json!({"last_seq": now})).retry(RETRY)]),
        looked: false,
        ended: false,
        _open: open,
    };
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    let answer = Answer::new(events(following)).keep_alive(keep_alive);
    // proxies that collect an answer before they pass it on would hold it forever
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, answer).into_response())
}

/// One client and where it stands.
struct Following {
    user: User,
    /// The one session that it is about.
    only: Option<Uuid>,
    changes: Changes,
    stopping: watch::Receiver<bool>,
    position: i64,
    waiting: VecDeque<Sse>,
    /// There was nothing more at the last look.
    looked: bool,
    ended: bool,
    _open: Open,
}

fn events(following: Following) -> impl Stream<Item = Result<Sse, Infallible>> {
    unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok(event), following))
    })
}

impl Following {
    async fn next(&mut self) -> Option<Sse> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
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

    /// Until something may have happened, the token ends, or the server stops.
    async fn wait(&mut self) {
        let left = self.user.principal.expires_at - OffsetDateTime::now_utc();
        let Ok(left) = Duration::try_from(left) else {
            self.ended = true;
            self.waiting
                .push_back(Sse::default().event("expired").data("{}"));
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
            let data = json!({"last_seq": page.last_seq});
            self.waiting
                .push_back(message("reset", page.last_seq, &data));
        }
        let is_full = page.events.len() >= usize::from(PAGE);
        for event in page.events {
            self.position = event.seq;
            // nothing comes after it: whoever comes back is told that there is no such session
            self.ended |= self.only.is_some() && event.kind == DELETED;
            self.waiting.push_back(told(event));
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

fn told(event: Event) -> Sse {
    let (seq, kind) = (event.seq, event.kind.clone());
    message(&kind, seq, &EventBody::from(event))
}

fn message(name: &str, seq: i64, data: &impl serde::Serialize) -> Sse {
    // JSON has no line breaks outside of its strings, where they are escaped
    let data = serde_json::to_string(data).unwrap_or_default();
    Sse::default().event(name).id(seq.to_string()).data(data)
}
