//! `POST /logout`: ends sessions. Access tokens stay good until they expire.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use lodger_database::accounts::Ending;
use serde::Deserialize;

use super::SignIn;
use super::caller::Caller;
use super::error::{AuthError, Refusal};

#[derive(Debug, Deserialize)]
pub(super) struct Scope {
    scope: Option<String>,
}

pub(super) async fn log_out(
    State(service): State<SignIn>,
    Query(scope): Query<Scope>,
    caller: Caller,
) -> Result<StatusCode, AuthError> {
    let which = match scope.scope.as_deref() {
        None | Some("" | "global") => Ending::All,
        Some("local") => Ending::This,
        Some("others") => Ending::Others,
        Some(_) => return Err(Refusal::BadScope.into()),
    };
    service
        .0
        .accounts
        .sign_out(caller.id, caller.session, which)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
