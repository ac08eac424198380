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

/// SQL that begins a migration whose unqualified names go to `schema`, as `role` or as the superuser; whatever the
/// one before has set is forgotten.
pub(super) fn entry(schema: &str, role: Option<&str>) -> String {
    let become_role = role.map(|it| format!("set session authorization {}; ", quoted(it)));
    format!(
        "{}; {}set search_path = {}, extensions; set check_function_bodies = on",
        exit(),
        become_role.unwrap_or_default(),
        quoted(schema)
    )
}

/// Ends the last migration: the superuser goes on, with settings of their own.
pub(super) async fn leave(session: &Session) -> Result<(), ShadowError> {
    execute(session, "its superuser", &exit()).await
}

fn exit() -> String {
    format!("set session authorization {SUPERUSER}; reset all")
}
