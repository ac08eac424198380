//! `/v1/events` and `/v1/stream`, and the same of one session: what happened, asked for or told.

mod following;
mod list;
mod socket;
mod stream;
mod tell;
mod tickets;

use axum::routing::get;
use lodger_research::Event;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::time::text;
use crate::app::Handle;

pub(crate) use following::Streams;
pub use stream::parse_event_id;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(list::list_events))
        .routes(routes!(list::list_session_events, tell::tell_event))
        .routes(routes!(stream::follow))
        .routes(routes!(stream::follow_session))
        .routes(routes!(tickets::issue_ticket))
        .route("/v1/ws", get(socket::open_socket))
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventBody {
    /// Its number among the user's events: 1, 2, 3, …
    #[schema(example = 7)]
    seq: i64,
    /// The session that it is about, if it is about one.
    #[schema(required)]
    session_id: Option<Uuid>,
    /// Such as `session.created`; more kinds may come.
    #[schema(example = "session.created")]
    kind: String,
    #[schema(value_type = Object)]
    payload: Value,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq,
            session_id: event.session_id,
            kind: event.kind,
            payload: event.payload,
            created_at: text(event.created_at),
        }
    }
}
