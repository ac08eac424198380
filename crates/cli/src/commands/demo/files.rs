//! The two migrations of the story, as the repository has them.

use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;

/// The project that moves in.
pub(super) const PROJECT: &str = "research";

/// The folder with the migration as it was first written.
pub(super) const WRONG: &str = "corpus/seed";
/// The folder with the corrected one.
pub(super) const RIGHT: &str = "migrations";

/// It makes a table of users of its own, where another project has one.
pub(super) fn wrong() -> Vec<Migration> {
    vec![parse_migration(
        "20251101030227",
        "create_users_sessions_drafts_tables",
        "corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql",
        include_bytes!(
            "../../../../../corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql"
        ),
    )]
}

/// It references the accounts that are there.
pub(super) fn right() -> Vec<Migration> {
    vec![parse_migration(
        "20251101040000",
        "create_sessions_drafts_tables_with_auth",
        "migrations/20251101040000_create_sessions_drafts_tables_with_auth.sql",
        include_bytes!(
            "../../../../../migrations/20251101040000_create_sessions_drafts_tables_with_auth.sql"
        ),
    )]
}
