//! The store's own migrations, as a program carries them along: the files of the repository's `migrations`.

use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;

/// The name and the text of each file, in order.
const FILES: &[(&str, &str)] = &[
    (
        "20251101040000_create_sessions_drafts_tables_with_auth",
        include_str!("../migrations/20251101040000_create_sessions_drafts_tables_with_auth.sql"),
    ),
    (
        "20251108090000_give_drafts_an_owner",
        include_str!("../migrations/20251108090000_give_drafts_an_owner.sql"),
    ),
    (
        "20251108100000_count_drafts",
        include_str!("../migrations/20251108100000_count_drafts.sql"),
    ),
    (
        "20251108110000_record_events",
        include_str!("../migrations/20251108110000_record_events.sql"),
    ),
    (
        "20251108120000_keep_answers",
        include_str!("../migrations/20251108120000_keep_answers.sql"),
    ),
    (
        "20251108130000_transfer_between_users",
        include_str!("../migrations/20251108130000_transfer_between_users.sql"),
    ),
    (
        "20251108140000_know_the_users",
        include_str!("../migrations/20251108140000_know_the_users.sql"),
    ),
    (
        "20251108150000_sweep_guests",
        include_str!("../migrations/20251108150000_sweep_guests.sql"),
    ),
    (
        "20251108160000_tell_events",
        include_str!("../migrations/20251108160000_tell_events.sql"),
    ),
];

/// The migrations that bring the store in, in order.
#[must_use]
pub fn migrations() -> Vec<Migration> {
    let parsed = FILES.iter().filter_map(|(stem, text)| {
        let (version, name) = stem.split_once('_')?;
        let file = format!("migrations/{stem}.sql");
        Some(parse_migration(version, name, &file, text.as_bytes()))
    });
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lodger_migration::directory::read_directory;

    use super::*;

    #[test]
    fn they_are_the_files_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let there = read_directory(&folder).unwrap().migrations;
        let carried = migrations();
        let facts = |all: &[Migration]| -> Vec<(String, String, String)> {
            let one = |it: &Migration| (it.version.clone(), it.name.clone(), it.checksum.clone());
            all.iter().map(one).collect()
        };
        assert_eq!(facts(&carried), facts(&there));
    }
}
