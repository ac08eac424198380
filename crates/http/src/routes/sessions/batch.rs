//! `POST /v1/sessions/batch`: the same for many sessions.

use axum::http::StatusCode;
use axum::response::Response;
use lodger_research::{BatchItem, BatchOperation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Body, Input, User};
use crate::once::{Key, Reply, open};
use crate::problem::answers::{ForUsers, Problems, WithBody, WithKey};
use crate::problem::{Code, FieldError, Problem, ProblemBody};

/// What is to be done, and to which sessions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    /// `archive`, `restore`, `delete`, `complete`, `fail` or `resume`.
    #[schema(example = "archive")]
    operation: String,
    /// 1 to 200 of them, each once.
    ids: Vec<Uuid>,
    /// Only say what would come of it.
    #[serde(default)]
    dry_run: bool,
}

impl Input for Batch {
    fn check(self) -> Result<(), Problem> {
        self.operation().map(|_| ())
    }
}

impl Batch {
    /// The operation, if it is one and can be done to so many.
    fn operation(&self) -> Result<BatchOperation, Problem> {
        let operation = BatchOperation::parse(&self.operation);
        let mut errors = Vec::new();
        if operation.is_none() {
            let names: Vec<_> = BatchOperation::ALL.iter().map(|it| it.name()).collect();
            let reason = format!("is one of {}", names.join(", "));
            errors.push(FieldError::new("/operation", "invalid", reason));
        }
        let ids = BatchOperation::check_ids(&self.ids).map_err(Problem::from);
        errors.extend(ids.err().map(Problem::into_errors).unwrap_or_default());
        operation
            .filter(|_| errors.is_empty())
            .ok_or_else(|| Problem::new(Code::InvalidFields).errors(errors))
    }
}

/// What came of it, session by session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchResult {
    /// In the order in which they were named.
    items: Vec<BatchItemBody>,
    /// Was it only said and not done?
    dry_run: bool,
}

/// What came of one session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchItem)]
pub(super) struct BatchItemBody {
    id: Uuid,
    /// Was it done, or could it be?
    done: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

impl From<BatchItem> for BatchItemBody {
    fn from(item: BatchItem) -> Self {
        let problem = item.result.err().map(Problem::from);
        Self {
            id: item.id,
            done: problem.is_none(),
            problem: problem.map(|it| it.body(None)),
        }
    }
}

/// Do the same to many sessions
///
/// What cannot be done to one of them does not keep it from the others.
#[utoipa::path(
    post, path = "/v1/sessions/batch", tag = "sessions", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and request get the same answer for a day")),
    request_body = Batch,
    responses((status = OK, description = "What came of each", body = BatchResult), Problems<(ForUsers, WithBody, WithKey)>),
)]
pub(super) async fn change_sessions(
    user: User,
    key: Key,
    Body(batch, bytes): Body<Batch>,
) -> Result<Response, Problem> {
    let operation = batch.operation()?;
    let mut once = open!(key.begin(&user.scope, &bytes).await?);
    let items = once
        .work
        .batch(operation, &batch.ids, batch.dry_run)
        .await?;
    let result = BatchResult {
        items: items.into_iter().map(BatchItemBody::from).collect(),
        dry_run: batch.dry_run,
    };
    once.finish(Reply::new(StatusCode::OK, &result)?).await
}
