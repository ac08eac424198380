//! `GET /v1/events`, and those of one session.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use lodger_research::EventPage;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::EventBody;
use crate::extract::{Id, Input, Parameters, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};

/// How many are on a page when nobody says how many.
const USUAL: u16 = 100;

/// Which events.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Those after this number; all that are kept when it is left out.
    #[serde(default)]
    after: i64,
    /// How many: 1 to 1,000, 100 when left out.
    limit: Option<u16>,
}

/// Events in order. Those of a user are without gaps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventList {
    items: Vec<EventBody>,
    /// `after` of the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
    /// The number of the last event that there is.
    last_seq: i64,
    /// Some of the events that were asked for are gone: read the lists anew, and go on after `last_seq`.
    reset: bool,
}

/// What has happened
#[utoipa::path(
    get, path = "/v1/events", tag = "events", security(("bearer" = [])), params(After),
    responses((status = OK, description = "A page", body = EventList), Problems<(ForUsers, WithQuery)>),
)]
pub(super) async fn list_events(
    user: User,
    Parameters(wanted): Parameters<After>,
) -> Result<Json<EventList>, Problem> {
    let limit = wanted.limit.unwrap_or(USUAL);
    let page = user.scope.events_after(wanted.after, limit).await?;
    Ok(Json(page.into()))
}

/// What has happened to a session
///
/// Also to one that was deleted, as long as its events are kept.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/events", tag = "events", security(("bearer" = [])), params(("id" = Uuid, Path), After),
    responses((status = OK, description = "A page", body = EventList), Problems<(ForUsers, OfOne, WithQuery)>),
)]
pub(super) async fn list_session_events(
    user: User,
    Id(id): Id,
    Parameters(wanted): Parameters<After>,
) -> Result<Json<EventList>, Problem> {
    let limit = wanted.limit.unwrap_or(USUAL);
    let events = user.scope.session_events_after(id, wanted.after, limit);
    Ok(Json(events.await?.into()))
}

impl Input for After {
    fn check(self) -> Result<(), Problem> {
        Ok(EventPage::check(self.after, self.limit.unwrap_or(USUAL))?)
    }
}

impl From<EventPage> for EventList {
    fn from(page: EventPage) -> Self {
        Self {
            next: page.next.map(|it| it.to_string()),
            items: page.events.into_iter().map(EventBody::from).collect(),
            last_seq: page.last_seq,
            reset: page.reset,
        }
    }
}
