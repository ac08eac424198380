//! A migration by its file.

use lodger_migration::migration::Migration;
use schemars::JsonSchema;
use serde::Serialize;

/// One entry of `migrations` where nothing but the file is known.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MigrationJson<'a> {
    version: &'a str,
    name: &'a str,
    file: &'a str,
}

impl<'a> MigrationJson<'a> {
    /// All migrations, in order.
    pub(crate) fn list(migrations: &'a [Migration]) -> Vec<Self> {
        let entry = |it: &'a Migration| Self {
            version: &it.version,
            name: &it.name,
            file: &it.file,
        };
        migrations.iter().map(entry).collect()
    }
}
