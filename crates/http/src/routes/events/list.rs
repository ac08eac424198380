//! `GET /v1/events`.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::EventBody;
use crate::extract::{Parameters, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, Problems, WithQuery};

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Those after this number; all that are kept when it is left out.
    #[serde(default)]
    after: i64,
    /// How many: 1 to 1,000, 100 when left out.
    limit: Option<u16>,
}

/// Events in order, without gaps.
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
    let limit = wanted.limit.unwrap_or(100);
    let page = user.scope.events_after(wanted.after, limit).await?;
    let last = page.events.last().map(|it| it.seq);
    let next = last.filter(|it| *it < page.last_seq);
    Ok(Json(EventList {
        items: page.events.into_iter().map(EventBody::from).collect(),
        next: next.map(|it| it.to_string()),
        last_seq: page.last_seq,
        reset: page.reset,
    }))
}
