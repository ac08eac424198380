//! Who runs a migration on a throw-away database, and where its unqualified names go.

use super::run::execute;
use super::{SUPERUSER, ShadowError};
use crate::connect::Session;
use crate::sql::quoted;

/// Makes the schema that unqualified names go to, unless it is there; `role`'s, or the superuser's.
pub(super) async fn ensure_home(
    session: &Session,
    schema: &str,
    role: Option<&str>,
) -> Result<(), ShadowError> {
    let create = format!(
        "create schema if not exists {} authorization {}",
        quoted(schema),
        quoted(role.unwrap_or(SUPERUSER))
    );
    execute(session, "the home schema", &create).await?;
    // It says so when the schema is there.
    drop(session.take_notices());
    Ok(())
}

/// Begins a migration whose unqualified names go to `schema`, as `role` or as the superuser.
pub(super) async fn enter(
    session: &Session,
    schema: &str,
    role: Option<&str>,
) -> Result<(), ShadowError> {
    let path = format!(
        "set search_path = {}, extensions; set check_function_bodies = on",
        quoted(schema)
    );
    if let Some(role) = role {
        let become_role = format!("set session authorization {}", quoted(role));
        execute(session, "the project's role", &become_role).await?;
    }
    execute(session, "a search path", &path).await
}

/// Ends a migration: the superuser goes on, with settings of their own.
pub(super) async fn leave(session: &Session) -> Result<(), ShadowError> {
    let reset = format!("set session authorization {SUPERUSER}; reset all");
    execute(session, "its superuser", &reset).await
}
