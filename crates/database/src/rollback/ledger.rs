//! The lines in Supabase's own history table: those that are this project's go with its migrations.

use std::collections::BTreeSet;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use tokio_postgres::Client;

const DELETE: &str = include_str!("delete_supabase_version.sql");

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Removed {
    /// At least one was removed.
    pub(super) any: bool,
    /// Those that are left, and why, as sentences.
    pub(super) kept: Vec<String>,
}

/// Removes the lines of `versions` that say what the files say. That table has no project column, so the
/// same version with another name or other statements is somebody else's.
pub(super) async fn remove(
    client: &Client,
    snapshot: &CatalogSnapshot,
    migrations: &[Migration],
    versions: &BTreeSet<String>,
) -> Result<Removed, tokio_postgres::Error> {
    let mut removed = Removed::default();
    let Some(ledger) = snapshot.table("supabase_migrations", "schema_migrations") else {
        return Ok(removed);
    };
    let complete = ["name", "statements"]
        .iter()
        .all(|wanted| ledger.columns.iter().any(|column| column.name == *wanted));
    let is_there = "select from supabase_migrations.schema_migrations where version = $1";
    for version in versions {
        if client.query(is_there, &[version]).await?.is_empty() {
            continue;
        }
        let file = migrations.iter().find(|it| it.version == *version);
        let lines = match file.filter(|_| complete) {
            Some(file) => {
                let texts = file.statements.iter().map(|it| it.text.as_str());
                let texts: Vec<&str> = texts.collect();
                client
                    .execute(DELETE, &[version, &file.name, &texts])
                    .await?
            }
            None => 0,
        };
        removed.any |= lines > 0;
        if lines == 0 {
            removed.kept.push(format!(
                "supabase_migrations.schema_migrations keeps its line of version {version}: it is not what \
                 the file of this project would have written there"
            ));
        }
    }
    Ok(removed)
}
