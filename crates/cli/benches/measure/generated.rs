//! Migrations that are made for the purpose.

use std::fs;
use std::path::Path;

const ITEM: &str = include_str!("item.sql");
/// The same in 40 lines.
pub(crate) const ORDER: &str = include_str!("order.sql");
/// A table, its key, an index.
pub(crate) const SMALL: &str = include_str!("small.sql");

/// A migration before any tool has given it a form.
pub(crate) struct Migration {
    /// As in `20251101000001_item_1`.
    pub(crate) name: String,
    pub(crate) sql: String,
}

impl Migration {
    pub(crate) fn new(number: usize, what: &str, sql: &str) -> Self {
        let version = 20_251_101_000_000_u64 + number as u64;
        Self {
            name: format!("{version:014}_{what}"),
            sql: sql.to_owned(),
        }
    }
}

/// A table that belongs to users, with its index, row-level security, a policy and grants.
pub(crate) fn item(table: &str) -> String {
    ITEM.replace("{table}", table)
}

/// As many as wanted, each with its number in place of `{number}`.
pub(crate) fn generate(count: usize, sql: &str) -> Vec<Migration> {
    let one = |number: usize| {
        let sql = sql.replace("{number}", &number.to_string());
        Migration::new(number, &format!("item_{number}"), &sql)
    };
    (1..=count).map(one).collect()
}

/// Writes them one a file, as most tools read them.
pub(crate) fn write(folder: &Path, migrations: &[Migration]) {
    fs::create_dir_all(folder).unwrap();
    for migration in migrations {
        let file = folder.join(format!("{}.sql", migration.name));
        fs::write(file, &migration.sql).unwrap();
    }
}
