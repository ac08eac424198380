//! The names that a configuration holds.

use lodger_migration::owner::is_landlord_schema;
use lodger_migration::settings::IdentityTable;

/// A project's name is a key in tables and in lock names, so it is kept plain.
pub(super) fn check_project(name: &str) -> Result<String, String> {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-".contains(it);
    let starts_well = name.starts_with(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit());
    if starts_well && name.len() <= 63 && name.chars().all(plain) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "`{name}` is no project name: 1 to 63 of a–z, 0–9, `-` and `_`, starting with a letter or digit"
    ))
}

/// A schema that a project may live in.
pub(super) fn check_schema(name: &str) -> Result<String, String> {
    match name {
        "" => Err("the schema's name is empty".to_owned()),
        _ if name.len() > 63 => Err(format!(
            "`{name}` is longer than Postgres allows (63 bytes)"
        )),
        _ if is_landlord_schema(name) => Err(format!(
            "schema `{name}` belongs to the platform, a project cannot live in it"
        )),
        _ => Ok(name.to_owned()),
    }
}

/// `schema.table` or `schema.table.column`.
pub(super) fn parse_identity_table(text: &str) -> Result<IdentityTable, String> {
    let parts: Vec<&str> = text.split('.').collect();
    let (schema, name, column) = match parts.as_slice() {
        [schema, name] => (*schema, *name, "id"),
        [schema, name, column] => (*schema, *name, *column),
        _ => ("", "", ""),
    };
    if [schema, name, column].iter().any(|part| part.is_empty()) {
        return Err(format!(
            "`{text}` is no identity table: `schema.table`, or `schema.table.column` where its key is not `id`"
        ));
    }
    Ok(IdentityTable {
        schema: schema.into(),
        name: name.into(),
        column: column.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn project_names_are_plain() {
        for good in ["a", "research", "7up", "a-b_c"] {
            assert!(check_project(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "-a", "a b", "ä", &"a".repeat(64)] {
            assert!(check_project(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identity_table_has_a_schema_and_perhaps_a_key() {
        assert_eq!(
            parse_identity_table("auth.users"),
            Ok(IdentityTable::default())
        );
        assert_eq!(
            parse_identity_table("x.people.key").map(|it| it.column),
            Ok("key".to_owned())
        );
        for bad in ["users", "a.b.c.d", ".users", "auth."] {
            assert!(parse_identity_table(bad).is_err(), "{bad}");
        }
    }
}
