//! The line in Supabase's own history table, for those who look there.

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use tokio_postgres::GenericClient;

const INSERT: &str = include_str!("insert_supabase_version.sql");

/// What became of a migration's line in `supabase_migrations.schema_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerNote {
    /// There is no such table.
    NoLedger,
    /// The version is written there.
    Written,
    /// Another project has used this version: that table has no project column, so its line stays theirs.
    TakenBySomebodyElse,
}

/// Writes the version, unless it is taken.
pub(super) async fn record(
    client: &impl GenericClient,
    present: &CatalogSnapshot,
    migration: &Migration,
) -> Result<LedgerNote, tokio_postgres::Error> {
    if present
        .table("supabase_migrations", "schema_migrations")
        .is_none()
    {
        return Ok(LedgerNote::NoLedger);
    }
    let statements: Vec<&str> = migration
        .statements
        .iter()
        .map(|it| it.text.as_str())
        .collect();
    let written = client
        .execute(INSERT, &[&migration.version, &migration.name, &statements])
        .await?;
    Ok(if written == 0 {
        LedgerNote::TakenBySomebodyElse
    } else {
        LedgerNote::Written
    })
}
