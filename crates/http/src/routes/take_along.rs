//! `/v1/me/export` and `/v1/me/data`: a user takes everything along, or has it erased.

use axum::Json;
use axum::body::Body as HttpBody;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, unfold};
use lodger_research::{Erased, Error, Scope};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::Handle;
use crate::extract::{Body, Input, User};
use crate::problem::answers::{ForUsers, Problems, WithBody};
use crate::problem::{Code, FieldError, Problem};

/// Records that are read before the client has taken them.
const AHEAD: usize = 4;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(erase))
}

/// Take everything along
///
/// One JSON record on each line: the account, sessions each followed by their files with content, receipts. An answer that breaks off is
/// not whole.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "users", security(("bearer" = [])),
    responses((status = OK, description = "The records", content_type = "application/x-ndjson", body = String), Problems<(ForUsers,)>),
)]
async fn export(user: User) -> Result<Response, Problem> {
    let mut lines = read_all(user.scope);
    // what fails at the start is still told as a problem
    let first = lines.recv().await.transpose()?;
    let rest = unfold(lines, |mut lines| async move {
        let line = lines.recv().await?;
        Some((line, lines))
    });
    let first = futures_util::stream::iter(first.map(Ok));
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"export.ndjson\"",
        ),
    ];
    Ok((headers, HttpBody::from_stream(first.chain(rest))).into_response())
}

/// Reads in a task of its own, which ends when the client goes away.
fn read_all(scope: Scope) -> mpsc::Receiver<Result<String, Error>> {
    let (sender, lines) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut records = std::pin::pin!(scope.export());
        while let Some(record) = records.next().await {
            let failed = record.is_err();
            let line = record.map(|it| format!("{}\n", it.to_json()));
            if sender.send(line).await.is_err() || failed {
                return;
            }
        }
    });
    lines
}

/// What is meant to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Erasure {
    /// The user's own id: nobody erases everything by mistake.
    confirm: Uuid,
}

impl Input for Erasure {}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erased)]
struct ErasedBody {
    sessions: i64,
    files: i64,
    total_size_bytes: i64,
    events: i64,
    idempotency_keys: i64,
    transfer_claims: i64,
    transfers: i64,
    profiles: i64,
}

impl From<Erased> for ErasedBody {
    fn from(erased: Erased) -> Self {
        Self {
            sessions: erased.sessions,
            files: erased.drafts,
            total_size_bytes: erased.bytes,
            events: erased.events,
            idempotency_keys: erased.keys,
            transfer_claims: erased.claims,
            transfers: erased.transfers,
            profiles: erased.profiles,
        }
    }
}

/// Erase everything that one has here
///
/// The account itself is the sign-in service's, and stays.
#[utoipa::path(
    delete, path = "/v1/me/data", tag = "users", security(("bearer" = [])), request_body = Erasure,
    responses((status = OK, description = "It is gone", body = ErasedBody), Problems<(ForUsers, WithBody)>),
)]
async fn erase(user: User, Body(erasure, _): Body<Erasure>) -> Result<Json<ErasedBody>, Problem> {
    if erasure.confirm != user.principal.user_id {
        let error = FieldError::new("/confirm", "invalid", "is not the id of who asks");
        return Err(Problem::new(Code::InvalidFields).errors(vec![error]));
    }
    Ok(Json(user.scope.erase().await?.into()))
}
