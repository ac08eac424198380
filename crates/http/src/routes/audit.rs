//! `GET /v1/audit`: what was done to one's own things.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use lodger_research::{Event, EventPage, Resource};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::time::text;
use crate::app::Handle;
use crate::extract::{Input, Parameters, User};
use crate::problem::answers::{ForUsers, Problems, WithQuery};
use crate::problem::{Code, Faults, FieldError, Problem};

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// What is looked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `sessions`, `files` or `transfers`, or one of them such as `sessions/4a1e0001-aaaa-4bbb-8ccc-0123456789ab`; all when left out.
    resource: Option<String>,
    /// After this number; from the beginning when left out.
    #[serde(default)]
    after: i64,
    /// How many: 1 to 1,000, 100 when left out.
    limit: Option<u16>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEntry {
    /// Its number, the event's.
    #[schema(example = 7)]
    seq: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What, such as `session.archived`.
    #[schema(example = "session.archived")]
    action: String,
    /// To what: a path below `/v1/`; null when it was to nothing that has one.
    #[schema(example = "sessions/4a1e0001-aaaa-4bbb-8ccc-0123456789ab", required)]
    resource: Option<String>,
    /// How it was afterwards.
    #[schema(value_type = Object)]
    details: Value,
}

impl From<Event> for AuditEntry {
    fn from(event: Event) -> Self {
        let named = |name: &str| event.payload.get(name).and_then(Value::as_str);
        let resource = match event.kind.split('.').next() {
            Some("draft") => named("id").map(|id| format!("files/{id}")),
            Some("transfer") => named("transfer_id").map(|id| format!("transfers/{id}")),
            _ => event.session_id.map(|id| format!("sessions/{id}")),
        };
        Self {
            seq: event.seq,
            at: text(event.created_at),
            action: event.kind,
            resource,
            details: event.payload,
        }
    }
}

/// What was done, in order.
#[derive(Debug, Serialize, ToSchema)]
struct AuditList {
    items: Vec<AuditEntry>,
    /// `after` of the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
    /// Some of what was asked for is not known any more: go on after `last_seq`, or ask without `after` for what is.
    reset: bool,
    /// The number of the last event that there is.
    last_seq: i64,
}

/// What was done to one's own things
///
/// By oneself, or by the operator. It is known for as long as events are kept, which is 30 days unless the server is set up otherwise.
#[utoipa::path(
    get, path = "/v1/audit", tag = "events", security(("bearer" = [])), params(Wanted),
    responses((status = OK, description = "A page", body = AuditList), Problems<(ForUsers, WithQuery)>),
)]
async fn list_audit(
    user: User,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<AuditList>, Problem> {
    let (after, limit) = (wanted.after, wanted.limit());
    let page = user.scope.audit(wanted.read()?, after, limit).await?;
    Ok(Json(AuditList {
        next: page.next.map(|it| it.to_string()),
        items: page.events.into_iter().map(AuditEntry::from).collect(),
        reset: page.reset,
        last_seq: page.last_seq,
    }))
}

impl Input for Wanted {
    fn check(self) -> Result<(), Problem> {
        self.read().map(drop)
    }
}

impl Wanted {
    fn limit(&self) -> u16 {
        self.limit.unwrap_or(100)
    }

    /// What it is about, or everything that is wrong.
    fn read(self) -> Result<Option<Resource>, Problem> {
        let mut faults = Faults::default();
        let resource = faults.take(self.resource.as_deref().map(parse).transpose());
        faults.take(EventPage::check(self.after, self.limit()));
        faults.end()?;
        Ok(resource)
    }
}

fn parse(text: &str) -> Result<Resource, Problem> {
    let (kind, id) = match text.split_once('/') {
        Some((kind, id)) => (kind, Some(Uuid::try_parse(id))),
        None => (text, None),
    };
    match (kind, id) {
        ("sessions", None) => Ok(Resource::Sessions),
        ("sessions", Some(Ok(id))) => Ok(Resource::Session(id)),
        ("files", None) => Ok(Resource::Drafts),
        ("files", Some(Ok(id))) => Ok(Resource::Draft(id)),
        ("transfers", None) => Ok(Resource::Transfers),
        ("transfers", Some(Ok(id))) => Ok(Resource::Transfer(id)),
        _ => {
            let reason = "is sessions, files or transfers, or one of them as sessions/<id>";
            let error = FieldError::new("resource", "invalid", reason);
            Err(Problem::new(Code::InvalidFields).errors(vec![error]))
        }
    }
}
