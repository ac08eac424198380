//! Settings kept for roles and databases.

use lodger_migration::catalog::{Entry, Object, Setting};
use lodger_migration::hex;
use lodger_migration::object::{ObjectId, ObjectKind};

use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("setting.sql");

/// Projects keep keys in settings of the database, such as `app.settings.jwt_secret`.
const SECRETS: [&str; 6] = ["secret", "password", "token", "key", "credential", "dsn"];

pub(super) fn read(cells: &Cells<'_>, _: &Surroundings) -> Read {
    let role: Option<String> = cells.get("role")?;
    let database: Option<String> = cells.get("database")?;
    let name = match (&role, &database) {
        (Some(role), None) => role.clone(),
        (Some(role), Some(database)) => format!("{role} in {database}"),
        (None, Some(database)) => format!("database {database}"),
        (None, None) => return Ok(None),
    };
    let values = cells.sorted("settings")?;
    let entry = Entry {
        oid: 0,
        row_version: cells.version("row_version")?,
        stored: None,
        owner: None,
        grants: Vec::new(),
        comment: None,
        extension: None,
        object: Object::Setting(Setting {
            role,
            database,
            values: values.into_iter().map(veiled).collect(),
        }),
    };
    Ok(Some((ObjectId::global(ObjectKind::Setting, name), entry)))
}

/// A secret is kept as a digest: a change of it shows, it does not.
fn veiled(setting: String) -> String {
    let Some((name, value)) = setting.split_once('=') else {
        return setting;
    };
    let lower = name.to_ascii_lowercase();
    // Postgres' own settings have no dot and are no secrets.
    if !lower.contains('.') || !SECRETS.iter().any(|word| lower.contains(word)) {
        return setting;
    }
    let digest = hex::sha256(value.as_bytes());
    let start: String = digest.chars().take(8).collect();
    format!("{name}=(hidden, sha256 {start}…)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_as_digests() {
        let kept = "statement_timeout=8s".to_owned();
        assert_eq!(veiled(kept.clone()), kept);
        let hidden = veiled("app.settings.jwt_secret=top".into());
        assert_eq!(hidden, "app.settings.jwt_secret=(hidden, sha256 28720365…)");
    }
}
