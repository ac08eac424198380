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
        include_bytes!("../../../seed/20251101030227_create_users_sessions_drafts_tables.sql"),
    )]
}

/// It references the accounts that are there.
pub(super) fn right() -> Vec<Migration> {
    lodger_research::migrations().into_iter().take(1).collect()
}
