//! Tickets: for a browser's `EventSource`, which cannot send a token, and an address is no place for one.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;
use crate::extract::User;
use crate::problem::answers::{ForUsers, Problems};
use crate::problem::{Code, Problem};
use crate::routes::time::text;
use crate::token::Principal;

/// A ticket for one stream.
#[derive(Serialize, ToSchema)]
pub(super) struct Ticket {
    /// To be sent as `?ticket=`, once.
    ticket: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Get a ticket for a stream
///
/// Good once, for half a minute.
#[utoipa::path(
    post, path = "/v1/stream/tickets", tag = "events", security(("bearer" = [])),
    responses((status = CREATED, description = "A ticket", body = Ticket), Problems<(ForUsers,)>),
)]
pub(super) async fn issue_ticket(user: User) -> Result<(StatusCode, Json<Ticket>), Problem> {
    let issued = user.scope.issue_ticket(&user.principal.claims).await?;
    let ticket = Ticket {
        ticket: issued.ticket,
        expires_at: text(issued.expires_at),
    };
    Ok((StatusCode::CREATED, Json(ticket)))
}

/// Whose ticket it is; it is used up.
pub(super) async fn redeem(shared: &Shared, ticket: &str) -> Result<User, Problem> {
    let claims = shared.store.redeem_ticket(ticket).await?;
    let serde_json::Value::Object(claims) = claims else {
        return Err(Problem::new(Code::TicketInvalid));
    };
    let principal = Principal::from_claims(claims)?;
    User::of(shared, Arc::new(principal))
}
