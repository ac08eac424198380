//! Made-up values for columns, by type: what to try, in order.

use crate::catalog::{CatalogSnapshot, Column, Object, Type};
use crate::object::{ObjectId, ObjectKind};

/// What a value is made for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The column.
    pub column: &'a Column,
    /// It is part of the primary key, or filled by a sequence: the value must be nobody else's.
    pub unique: bool,
    /// The definitions of the CHECK constraints that name the column.
    pub checks: &'a [&'a str],
    /// A UUID that was used for nothing else.
    pub fresh: &'a str,
    /// Which row it is, from 1.
    pub row: u32,
}

/// Values to try, as text that Postgres reads as the column's type; `None` when the type is one
/// that no value is known for.
#[must_use]
pub fn candidates(wanted: &Wanted<'_>, snapshot: &CatalogSnapshot) -> Option<Vec<String>> {
    let mut checks: Vec<String> = wanted.checks.iter().map(|it| (*it).to_owned()).collect();
    let mut data_type = wanted.column.data_type.clone();
    let mut made = None;
    // A domain may be made of a domain.
    for _ in 0..8 {
        match user_type(&data_type, snapshot) {
            Some(it) if it.kind == 'd' => {
                checks.extend(it.parts.iter().skip(1).cloned());
                data_type = it.parts.first()?.clone();
            }
            Some(it) => {
                made = of_user_type(it);
                break;
            }
            None => {
                made = of_base_type(&data_type, wanted);
                break;
            }
        }
    }
    let made = made?;
    let named = in_checks(&data_type, &checks);
    // A list of allowed values is in the constraint; anything else there is a border or a pattern.
    let listed = checks
        .iter()
        .any(|it| it.contains("= ANY") || it.contains(" = '"));
    let mut all = if listed {
        [named, made].concat()
    } else {
        [made, named].concat()
    };
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|it| seen.insert(it.clone()));
    Some(all)
}

fn of_user_type(it: &Type) -> Option<Vec<String>> {
    match it.kind {
        'e' => Some(it.parts.clone()).filter(|labels| !labels.is_empty()),
        'r' => Some(vec!["empty".to_owned()]),
        _ => None,
    }
}

/// The type of the snapshot that a column's type names, quoted or not.
fn user_type<'a>(data_type: &str, snapshot: &'a CatalogSnapshot) -> Option<&'a Type> {
    let (schema, name) = split_qualified(data_type)?;
    let entry = snapshot.get(&ObjectId::in_schema(ObjectKind::Type, schema, name))?;
    match &entry.object {
        Object::Type(it) => Some(it),
        _ => None,
    }
}

/// `public."Mood"` as its two names.
fn split_qualified(text: &str) -> Option<(String, String)> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    let schema = parts.pop().filter(|_| parts.is_empty())?;
    Some((schema, part))
}

fn of_base_type(data_type: &str, wanted: &Wanted<'_>) -> Option<Vec<String>> {
    if data_type.ends_with("[]") {
        return Some(strings(&["{}"]));
    }
    let (base, length) = split_modifier(data_type);
    let name = base.rsplit('.').next().unwrap_or(base);
    let row = wanted.row;
    let fixed: &[&str] = match name {
        "text" | "character varying" | "character" | "citext" | "name" | "bpchar" | "\"char\"" => {
            return Some(texts(wanted.fresh, length));
        }
        "uuid" => return Some(vec![wanted.fresh.to_owned()]),
        "smallint" => return Some(integers(32_000, row, wanted.unique)),
        "integer" => return Some(integers(2_000_000_000, row, wanted.unique)),
        "bigint" => return Some(integers(9_000_000_000_000_000_000, row, wanted.unique)),
        "numeric" | "real" | "double precision" | "money" => &["1", "0", "0.5", "100"],
        "boolean" => &["false", "true"],
        "timestamp with time zone" | "timestamp without time zone" | "date" => {
            &["now", "2100-01-01", "2000-01-01"]
        }
        "time with time zone" | "time without time zone" => &["12:00"],
        "interval" => &["1 hour", "1 day", "0"],
        "json" | "jsonb" => &["{}", "[]", "\"a\""],
        "bytea" => &["\\x00", "\\x"],
        "inet" => &["192.0.2.1"],
        "cidr" => &["192.0.2.0/24"],
        "macaddr" => &["08:00:2b:01:02:03"],
        "tsvector" | "tsquery" | "ltree" | "hstore" => &["a", ""],
        "point" => &["(0,0)"],
        "xml" => &["<a/>"],
        "oid" => &["1"],
        "bit" | "bit varying" => return Some(vec!["0".repeat(length.unwrap_or(1))]),
        "vector" | "halfvec" => {
            return Some(vec![format!(
                "[{}]",
                vec!["1"; length.unwrap_or(3)].join(",")
            )]);
        }
        _ if name.ends_with("range") => &["empty"],
        _ => return None,
    };
    Some(strings(fixed))
}

/// `character varying(20)`, `numeric(10,2)`, `timestamp(3) with time zone` without what is in brackets,
/// and the first number there.
fn split_modifier(data_type: &str) -> (&str, Option<usize>) {
    let Some((base, rest)) = data_type.split_once('(') else {
        return (data_type, None);
    };
    let inside = rest.split(')').next().unwrap_or_default();
    let length = inside.split(',').next().and_then(|it| it.parse().ok());
    let with_zone = rest.ends_with("with time zone");
    let base = match (base.trim(), with_zone) {
        ("timestamp", true) => "timestamp with time zone",
        ("timestamp", false) => "timestamp without time zone",
        ("time", _) => "time without time zone",
        ("character", _) => return ("character", length),
        (other, _) => other,
    };
    (base, length)
}

/// One that is unlikely to be taken, then the forms that constraints on text commonly ask for.
fn texts(fresh: &str, length: Option<usize>) -> Vec<String> {
    let plain = fresh.replace('-', "");
    let hash = format!("{plain}{plain}");
    let mail = format!("{plain}@example.test");
    let folder = format!("a/{plain}.md");
    let all = [
        &format!("lodger rehearsal {fresh}"),
        &plain,
        "a",
        "en",
        "1",
        &hash,
        &mail,
        &folder,
        "https://example.test/a",
        "/a",
        "A",
        "AAA",
        "2026-01-01",
        "application/json",
        "#000000",
    ];
    let cut = |it: &str| it.chars().take(length.unwrap_or(usize::MAX)).collect();
    all.iter().map(|it| cut(it)).collect()
}

fn integers(border: u64, row: u32, unique: bool) -> Vec<String> {
    if unique {
        return vec![(border + u64::from(row)).to_string(), row.to_string()];
    }
    let mut all = vec![row.to_string()];
    all.extend(strings(&["0", "10", "100", "1000"]));
    all
}

/// The values that CHECK constraints name, and their neighbours where they are numbers.
fn in_checks(data_type: &str, checks: &[String]) -> Vec<String> {
    let base = split_modifier(data_type).0;
    let is_number = matches!(
        base,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision"
    );
    let mut found = Vec::new();
    for check in checks {
        // Every second part stands between quotes; a doubled quote only cuts a value in two.
        for (number, part) in check.split('\'').enumerate() {
            if number % 2 == 1 && !is_number {
                found.push(part.to_owned());
            } else if number % 2 == 0 && is_number {
                for number in part.split(|it: char| !it.is_ascii_digit()) {
                    if let Ok(number) = number.parse::<i64>() {
                        let near = [number, number.saturating_add(1), number.saturating_sub(1)];
                        found.extend(near.iter().map(ToString::to_string));
                    }
                }
            }
        }
    }
    found.retain(|it| !it.is_empty());
    found
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| (*it).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Entry;

    fn column(data_type: &str) -> Column {
        Column {
            number: 1,
            name: "c".into(),
            data_type: data_type.into(),
            not_null: true,
            default: None,
            generated: None,
            identity: None,
            collation: None,
            grants: Vec::new(),
            comment: None,
        }
    }

    fn tried(data_type: &str, checks: &[&str], snapshot: &CatalogSnapshot) -> Option<Vec<String>> {
        let wanted = Wanted {
            column: &column(data_type),
            unique: false,
            checks,
            fresh: "0f0e0d0c-0000-4000-8000-000000000001",
            row: 1,
        };
        candidates(&wanted, snapshot)
    }

    fn with_type(name: &str, kind: char, parts: &[&str]) -> CatalogSnapshot {
        let mut snapshot = CatalogSnapshot::default();
        snapshot.entries.insert(
            ObjectId::in_schema(ObjectKind::Type, "public", name),
            std::sync::Arc::new(Entry::bare(Object::Type(Type {
                kind,
                parts: strings(parts),
            }))),
        );
        snapshot
    }

    #[test]
    fn texts_fit_and_lists_come_first() {
        let none = CatalogSnapshot::default();
        let short = tried("character varying(5)", &[], &none).unwrap();
        assert!(short.iter().all(|it| it.chars().count() <= 5), "{short:?}");
        let listed = "CHECK ((c = ANY (ARRAY['de'::text, 'fr'::text])))";
        assert_eq!(tried("text", &[listed], &none).unwrap()[..2], ["de", "fr"]);
        let pattern = tried("text", &["CHECK ((c ~ '^[0-9a-f]{64}$'::text))"], &none).unwrap();
        assert!(pattern.iter().any(|it| it.len() == 64), "{pattern:?}");
    }

    #[test]
    fn numbers_stand_at_the_borders_that_checks_draw() {
        let none = CatalogSnapshot::default();
        let tried = tried("integer", &["CHECK ((c > 5000))"], &none).unwrap();
        assert!(tried.contains(&"5001".to_owned()), "{tried:?}");
    }

    #[test]
    fn enums_give_labels_and_domains_what_they_are_made_of() {
        let mood = with_type("Mood", 'e', &["sad", "ok"]);
        assert_eq!(tried("public.\"Mood\"", &[], &mood).unwrap(), ["sad", "ok"]);
        let domain = with_type(
            "code",
            'd',
            &[
                "character varying(3)",
                "code_check CHECK ((VALUE = 'abc'::text))",
            ],
        );
        assert_eq!(tried("public.code", &[], &domain).unwrap()[0], "abc");
        let composite = with_type("pair", 'c', &["a integer"]);
        assert_eq!(tried("public.pair", &[], &composite), None);
    }

    #[test]
    fn every_common_type_has_a_value_and_an_unknown_one_none() {
        let none = CatalogSnapshot::default();
        for known in [
            "uuid",
            "smallint",
            "bigint",
            "numeric(10,2)",
            "boolean",
            "jsonb",
            "bytea",
            "date",
            "inet",
            "timestamp(3) with time zone",
            "time(0) without time zone",
            "text[]",
            "int4range",
            "character(2)",
            "extensions.vector(3)",
            "extensions.citext",
            "bit(4)",
            "interval",
        ] {
            assert!(tried(known, &[], &none).is_some(), "{known}");
        }
        assert_eq!(
            tried("extensions.vector(2)", &[], &none).unwrap(),
            ["[1,1]"]
        );
        assert_eq!(tried("public.geometry", &[], &none), None);
    }
}
