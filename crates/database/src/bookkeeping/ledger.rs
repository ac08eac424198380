//! Supabase's own history table, which has no column for the project: read, never written here.

use std::collections::BTreeMap;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::AppliedMigration;
use tokio_postgres::GenericClient;

use super::{BookkeepingError, refused};

const READABLE: &str = include_str!("readable_ledger.sql");

/// The versions in Supabase's history that are none of `own`, with their names. Empty where there is no such
/// table, or this role may not read it.
///
/// # Errors
/// When it cannot be read.
pub async fn load_taken_versions(
    client: &impl GenericClient,
    snapshot: &CatalogSnapshot,
    own: &[AppliedMigration],
) -> Result<BTreeMap<String, String>, BookkeepingError> {
    let table = snapshot.table("supabase_migrations", "schema_migrations");
    let Some(table) = table else {
        return Ok(BTreeMap::new());
    };
    let readable = client.query_one(READABLE, &[]).await;
    if !readable.map_err(refused("read"))?.get::<_, bool>(0) {
        return Ok(BTreeMap::new());
    }
    let named = table.columns.iter().any(|it| it.name == "name");
    let name = if named { "coalesce(name, '')" } else { "''" };
    let sql =
        format!("select version::text, {name}::text from supabase_migrations.schema_migrations");
    let rows = client.query(&sql, &[]).await.map_err(refused("read"))?;
    let taken = rows.iter().map(|row| (row.get(0), row.get(1)));
    let ours = |version: &String| own.iter().any(|it| it.version == *version);
    Ok(taken.filter(|(version, _)| !ours(version)).collect())
}
