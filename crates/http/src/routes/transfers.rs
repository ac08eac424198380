//! `/v1/transfer-claims` and `/v1/transfers`: an anonymous user's work goes to the account that they sign in to.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use lodger_research::{Proof, Receipt, TransferPreview};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::time::text;
use crate::app::Handle;
use crate::extract::{Body, Id, Input, User};
use crate::problem::answers::{ForUsers, OfOne, OfTransfer, Problems, WithBody};
use crate::problem::{Code, FieldError, Problem};
use crate::token::TokenVerifier;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(issue_claim))
        .routes(routes!(list_transfers, transfer))
        .routes(routes!(read_transfer))
        .routes(routes!(revert_transfer))
}

/// A claim to what an anonymous user did.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferClaim)]
struct ClaimBody {
    /// To be kept until the other account is signed in to. It is shown once.
    claim: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Get a claim to one's own work
///
/// Asked for by the anonymous user, before signing in to another account. Good once, for 15 minutes.
#[utoipa::path(
    post, path = "/v1/transfer-claims", tag = "transfers", security(("bearer" = [])),
    responses((status = CREATED, description = "A claim", body = ClaimBody), Problems<(ForUsers, OfTransfer)>),
)]
async fn issue_claim(user: User) -> Result<(StatusCode, Json<ClaimBody>), Problem> {
    let issued = user.scope.issue_claim().await?;
    let body = ClaimBody {
        claim: issued.claim,
        expires_at: text(issued.expires_at),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Whose work is to be taken over: proved by a claim, or by the anonymous user's own token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTransfer)]
struct TransferBody {
    /// A claim that was issued to the anonymous user.
    claim: Option<String>,
    /// Instead: the anonymous user's access token.
    source_token: Option<String>,
    /// Only say what would be moved.
    #[serde(default)]
    dry_run: bool,
}

impl Input for TransferBody {}

/// What a transfer moved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
struct ReceiptBody {
    id: Uuid,
    source_user_id: Uuid,
    receiver_user_id: Uuid,
    sessions: i64,
    files: i64,
    total_size_bytes: i64,
    #[schema(format = DateTime)]
    created_at: String,
    /// Until then it can be reverted.
    #[schema(format = DateTime)]
    undo_until: String,
    #[schema(format = DateTime)]
    undone_at: Option<String>,
}

impl From<Receipt> for ReceiptBody {
    fn from(receipt: Receipt) -> Self {
        Self {
            id: receipt.id,
            source_user_id: receipt.source_user_id,
            receiver_user_id: receipt.receiver_user_id,
            sessions: receipt.sessions,
            files: receipt.files,
            total_size_bytes: receipt.bytes,
            created_at: text(receipt.created_at),
            undo_until: text(receipt.undo_until),
            undone_at: receipt.undone_at.map(text),
        }
    }
}

/// What a transfer would move.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransferPreview)]
struct PreviewBody {
    dry_run: bool,
    source_user_id: Uuid,
    sessions: i64,
    files: i64,
    total_size_bytes: i64,
}

impl From<TransferPreview> for PreviewBody {
    fn from(preview: TransferPreview) -> Self {
        Self {
            dry_run: true,
            source_user_id: preview.source_user_id,
            sessions: preview.sessions,
            files: preview.files,
            total_size_bytes: preview.bytes,
        }
    }
}

/// Take over an anonymous user's work
///
/// Asked for by the registered user who receives it. Everything goes at once, or nothing does. The same claim again gives the same
/// receipt. Whoever gave can no longer write with an old token: that is `source_transferred`.
#[utoipa::path(
    post, path = "/v1/transfers", tag = "transfers", security(("bearer" = [])), request_body = TransferBody,
    responses(
        (status = CREATED, description = "It was moved", body = ReceiptBody),
        (status = OK, description = "It was moved before, or what would be moved (`TransferPreview`)", body = ReceiptBody),
        Problems<(ForUsers, OfTransfer, WithBody)>,
    ),
)]
async fn transfer(
    State(handle): State<Handle>,
    user: User,
    Body(body, _): Body<TransferBody>,
) -> Result<Response, Problem> {
    let proof = proof(&handle.0.verifier, body.claim, body.source_token).await?;
    if body.dry_run {
        let preview = user.scope.preview_transfer(&proof).await?;
        return Ok(Json(PreviewBody::from(preview)).into_response());
    }
    let receipt = user.scope.transfer(&proof).await?;
    let status = if receipt.replayed {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let place = [("location", format!("/v1/transfers/{}", receipt.id))];
    Ok((status, place, Json(ReceiptBody::from(receipt))).into_response())
}

async fn proof(
    verifier: &TokenVerifier,
    claim: Option<String>,
    token: Option<String>,
) -> Result<Proof, Problem> {
    let wrong = |pointer: &str, code: &str, reason: String| {
        Problem::new(Code::InvalidFields).errors(vec![FieldError::new(pointer, code, reason)])
    };
    match (claim, token) {
        (Some(claim), None) => Ok(Proof::Claim(claim)),
        (None, Some(token)) => {
            let source = verifier.verify(&token).await;
            let source = source.map_err(|it| wrong("/source_token", "invalid", it.to_string()))?;
            Ok(Proof::Token(source.scoped.clone()))
        }
        (None, None) => Err(wrong(
            "/claim",
            "missing",
            "or `source_token` is needed".to_owned(),
        )),
        (Some(_), Some(_)) => {
            let reason = "comes instead of `claim`".to_owned();
            Err(wrong("/source_token", "invalid", reason))
        }
    }
}

/// All receipts.
#[derive(Debug, Serialize, ToSchema)]
struct TransferList {
    items: Vec<ReceiptBody>,
    /// Always null: they are one page.
    #[schema(required)]
    next: Option<String>,
}

/// List what one took over, the newest first
#[utoipa::path(
    get, path = "/v1/transfers", tag = "transfers", security(("bearer" = [])),
    responses((status = OK, description = "The receipts", body = TransferList), Problems<(ForUsers,)>),
)]
async fn list_transfers(user: User) -> Result<Json<TransferList>, Problem> {
    let receipts = user.scope.list_transfers().await?;
    let items = receipts.into_iter().map(ReceiptBody::from).collect();
    Ok(Json(TransferList { items, next: None }))
}

/// Read a receipt
#[utoipa::path(
    get, path = "/v1/transfers/{id}", tag = "transfers", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = OK, description = "The receipt", body = ReceiptBody), Problems<(ForUsers, OfOne)>),
)]
async fn read_transfer(user: User, Id(id): Id) -> Result<Json<ReceiptBody>, Problem> {
    Ok(Json(user.scope.get_transfer(id).await?.into()))
}

/// Give back what one took over
///
/// Within 24 hours: what is still there goes back, with all that was done to it since.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/revert", tag = "transfers", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = OK, description = "It was given back", body = ReceiptBody), Problems<(ForUsers, OfOne, OfTransfer)>),
)]
async fn revert_transfer(user: User, Id(id): Id) -> Result<Json<ReceiptBody>, Problem> {
    Ok(Json(user.scope.undo_transfer(id).await?.into()))
}
