//! `GET /v1/stream`, and that of one session: events as they happen, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse as _, Response, Sse as Answer};
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use uuid::Uuid;

use super::following::{Following, Message};
use super::tickets::redeem;
use crate::app::Handle;
use crate::extract::{Id, Input, Parameters, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies close what is silent for long.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After how long a client comes back when the stream breaks off.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    ticket: Option<String>,
    after: Option<i64>,
}

impl Input for Wanted {}

/// The number in a `Last-Event-ID`: 0, before all events, where it is none that an event can have.
/// `None` when it is no number at all.
#[must_use]
pub fn parse_event_id(text: &str) -> Option<i64> {
    text.trim().parse().ok().map(|it: i64| it.max(0))
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
    let last = headers.get(LAST_EVENT_ID).and_then(|it| it.to_str().ok());
    let after = last.and_then(parse_event_id).or(after);
    let following = Following::begin(&handle.0, user, after, only).await?;
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    let answer = Answer::new(events(following)).keep_alive(keep_alive);
    // proxies that collect an answer before they pass it on would hold it forever
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, answer).into_response())
}

fn events(following: Following) -> impl Stream<Item = Result<Sse, Infallible>> {
    unfold(following, |mut following| async move {
        let message = following.next().await?;
        Some((Ok(event(&message)), following))
    })
}

fn event(message: &Message) -> Sse {
    // JSON has no line breaks outside of its strings, where they are escaped
    let event = Sse::default()
        .event(&message.name)
        .data(message.data.to_string());
    let event = match message.id {
        Some(id) => event.id(id.to_string()),
        None => event,
    };
    match message.name.as_str() {
        "ready" => event.retry(RETRY),
        _ => event,
    }
}
