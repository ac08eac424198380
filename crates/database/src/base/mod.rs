//! The Supabase-shaped base: SQL that turns an empty database into one a landlord would hand out.
//!
//! Roles, the schemas of the platform with their owners, tables, functions and grants, as a hosted
//! project has them, and nothing of any project. Used for the shadow database, for the local one, and
//! by tests. It runs on the embedded server and on PostgreSQL 14 to 18, as a superuser.

pub mod strangers;

use tokio_postgres::Client;

/// Makes the platform's roles, where they are missing. They belong to the whole cluster.
pub const ROLES: &str = include_str!("roles.sql");

/// The base in the order it is run: what each part is about, and its SQL.
const PARTS: &[(&str, &str)] = &[
    ("roles", ROLES),
    ("schemas", include_str!("schemas.sql")),
    ("auth", include_str!("auth.sql")),
    ("storage", include_str!("storage.sql")),
    ("realtime", include_str!("realtime.sql")),
    ("vault", include_str!("vault.sql")),
];

/// The extensions that a hosted project has from its first day and that bring functions which
/// migrations call without asking for the extension.
const ALWAYS_THERE: &[&str] = &["uuid-ossp", "pgcrypto"];

/// A part of the base could not be installed.
#[derive(Debug, thiserror::Error)]
#[error("The Supabase-shaped base could not be installed: its part `{part}` failed.")]
pub struct BaseError {
    /// Which part.
    part: &'static str,
    #[source]
    source: tokio_postgres::Error,
}

/// The base in the order it is run: what each part is about, and its SQL.
pub fn parts() -> impl Iterator<Item = (&'static str, &'static str)> {
    let extensions = ALWAYS_THERE
        .iter()
        .filter_map(|name| stand_in(name).map(|sql| (*name, sql)));
    PARTS.iter().copied().chain(extensions)
}

/// Makes an empty database Supabase-shaped, in one transaction.
///
/// Roles belong to the whole cluster, so two databases of one cluster must not be made at once.
///
/// # Errors
/// When the role is no superuser, or the database is not empty.
pub async fn install(client: &Client) -> Result<(), BaseError> {
    let run = async |part, sql| match client.batch_execute(sql).await {
        Ok(()) => Ok(()),
        Err(source) => Err(BaseError { part, source }),
    };
    run("begin", "begin").await?;
    for (part, sql) in parts() {
        if let Err(error) = run(part, sql).await {
            // the connection may be gone as well; what failed is worth more than that
            client.batch_execute("rollback").await.ok();
            return Err(error);
        }
    }
    run("commit", "commit").await
}

/// SQL that defines, in the schemas where Supabase has them, the functions of an extension that the
/// embedded server lacks: same names, same signatures. It may be run again, and must not hold
/// secrets: nothing in it encrypts, sends, or runs anything.
#[must_use]
pub fn stand_in(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "http" => include_str!("extensions/http.sql"),
        "moddatetime" => include_str!("extensions/moddatetime.sql"),
        "pg_cron" => include_str!("extensions/pg_cron.sql"),
        "pg_graphql" => include_str!("extensions/pg_graphql.sql"),
        "pg_net" => include_str!("extensions/pg_net.sql"),
        "pg_stat_statements" => include_str!("extensions/pg_stat_statements.sql"),
        "pgcrypto" => include_str!("extensions/pgcrypto.sql"),
        "supabase_vault" => include_str!("extensions/supabase_vault.sql"),
        "uuid-ossp" => include_str!("extensions/uuid_ossp.sql"),
        _ => return None,
    })
}

/// Does the base bring the functions of this extension, in the schema `extensions`?
#[cfg(feature = "embedded")]
pub(crate) fn has(extension: &str) -> bool {
    ALWAYS_THERE.contains(&extension)
}

/// As [`stand_in`], on a database that need not have the schema where Supabase has the functions: they go into
/// `schema`, or where CREATE EXTENSION puts what nobody says a schema for.
#[cfg(feature = "embedded")]
pub(crate) fn stand_in_at(extension: &str, schema: Option<&str>) -> Option<String> {
    let sql = stand_in(extension)?;
    let place = schema.map_or_else(
        || {
            let somewhere = "when to_regnamespace('extensions') is null then current_schema()";
            format!("case {somewhere} else 'extensions' end")
        },
        |name| format!("'{}'", name.replace('\'', "''")),
    );
    Some(format!(
        "do $in_its_schema$ begin
  execute replace($stand_in${sql}$stand_in$, 'extensions.', quote_ident({place}) || '.');
end $in_its_schema$"
    ))
}
