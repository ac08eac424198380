//! The queries for what the rows of system catalogs belong to that a statement wrote: a quick one, and a thorough one.

use std::fmt::Write as _;

use lodger_migration::catalog::Oid;

use super::catalogs::Catalog;

/// How many transactions ago the first was whose rows have not been seen.
const AGE: &str = "pg_catalog.age($1::pg_catalog.text::pg_catalog.xid)";
/// The same, told once and not for each of many rows.
const AGE_ONCE: &str = "(select age from since)";
const FRAME: &str = include_str!("touched.sql");
const QUICK: &str = include_str!("touched_quick.sql");

/// The query for the objects that were touched when rows of these catalogs were written. Its third
/// parameter tells how many had been before, in this order; the fourth are names that the statement mentions.
/// Only a thorough one finds rows of objects that were there before and that the statement does not name.
pub(super) fn query(written: &[&Catalog], thorough: bool) -> String {
    let is_written = |name: &str| written.iter().any(|it| it.name == name);
    // What a comment is on is found by the longer form only.
    let quick = !thorough && !is_written("pg_description");
    let (mut young, mut old) = (Vec::new(), String::new());
    let mut complete = Vec::new();
    for (at, catalog) in written.iter().enumerate() {
        let Catalog {
            oid,
            key,
            again,
            named,
            ..
        } = catalog;
        let age = if quick { AGE } else { AGE_ONCE };
        // The upper bound tells the planner that these are few.
        let new = format!("c.{key} > $2 and c.{key} < 4294967295::pg_catalog.oid");
        young.push(branch(catalog, again, age, &new));
        let mut rest = format!("c.{key} <= $2");
        if let Some(named) = named {
            let known = format!("{named} and c.{key} <= $2");
            young.push(branch(catalog, "0", age, &known));
            let _ = write!(rest, " and not ({named})");
        }
        let counted = counted(*oid, at + 1);
        complete.push(format!(
            "coalesce(pg_catalog.sum(y.times) filter (where y.catalog = {oid}), 0) = {counted}"
        ));
        if thorough {
            let found = format!(
                "(select coalesce(pg_catalog.sum(times), 0) from young where catalog = {oid})"
            );
            let search = format!("{found} <> (select {counted}) and {rest}");
            let _ = write!(old, " union all {}", branch(catalog, "0", age, &search));
        }
    }
    let frame = if quick { QUICK } else { FRAME };
    kept(frame, is_written)
        .replace("{young}", &young.join(" union all "))
        .replace("{old}", &old)
        .replace("{complete}", &complete.join(" and "))
}

/// The rows of a catalog that the statement wrote, among `which`.
fn branch(catalog: &Catalog, again: &str, age: &str, which: &str) -> String {
    let Catalog {
        name,
        oid,
        object,
        mark,
        ..
    } = catalog;
    format!(
        "(select {oid} as catalog, {object} as object, c.xmin as version, {mark} as mark, \
         1 + {again} as times from pg_catalog.{name} as c \
         where pg_catalog.age(c.xmin) <= {age} and {which})"
    )
}

/// How many rows of a catalog were written since $3 was counted.
fn counted(oid: Oid, at: usize) -> String {
    format!(
        "pg_catalog.pg_stat_get_xact_tuples_inserted({oid}) \
         + pg_catalog.pg_stat_get_xact_tuples_updated({oid}) - $3[{at}]"
    )
}

/// A query without the parts for catalogs that were not written, and without its comments.
fn kept(frame: &str, is_written: impl Fn(&str) -> bool) -> String {
    let mut kept = String::new();
    let mut stays = true;
    for line in frame.lines() {
        if let Some(names) = line.strip_prefix("--{") {
            stays = names.split_whitespace().any(&is_written);
        } else if line == "--}" {
            stays = true;
        } else if stays && !line.trim_start().starts_with("--") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::catalogs::PARTS;
    use super::*;

    #[test]
    fn a_part_of_the_query_stays_for_a_catalog_that_is_known() {
        let names = FRAME.lines().filter_map(|it| it.strip_prefix("--{"));
        let names: Vec<&str> = names.flat_map(str::split_whitespace).collect();
        assert!(!names.is_empty());
        for name in names {
            assert!(PARTS.iter().any(|it| it.name == name), "{name}");
        }
    }

    fn of(name: &str, thorough: bool) -> String {
        let catalog = PARTS.iter().find(|it| it.name == name);
        query(&[catalog.unwrap()], thorough)
    }

    #[test]
    fn one_select_asks_for_what_is_new_or_named() {
        for name in ["pg_class", "pg_attribute", "pg_policy"] {
            assert!(!of(name, false).contains("materialized"), "{name}");
            assert!(of(name, true).contains("materialized"), "{name}");
        }
        // What a comment is on takes the longer form, and no search where the statement names it.
        let comment = of("pg_description", false);
        assert!(comment.contains("materialized") && comment.contains("relname = any ($4)"));
        assert!(!comment.contains("not (c.objoid"));
    }

    #[test]
    fn what_was_not_written_is_not_asked_about() {
        assert!(!of("pg_policy", true).contains("pg_catalog.pg_depend"));
        assert!(of("pg_attribute", true).contains("pg_catalog.pg_depend"));
        assert!(of("pg_description", true).contains("select ev_class"));
    }
}
