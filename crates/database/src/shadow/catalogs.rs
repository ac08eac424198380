//! The system catalogs that statements write to, and what one of their rows is a part of.

use std::fmt::Write as _;

use lodger_migration::catalog::Oid;

/// A system catalog whose rows are parts of objects that a look at a part shows.
pub(super) struct Catalog {
    name: &'static str,
    pub(super) oid: Oid,
    /// A column with an index; of a new object's rows it holds an OID that is new.
    key: &'static str,
    /// The relation, type, function, schema or publication that a row is a part of; null for what no
    /// look shows.
    object: &'static str,
    /// What has to be looked at again; as `kinds` in `observed.rs` puts it together.
    mark: &'static str,
    /// How often the row of a new object was at least written again after it was made, each time by a
    /// command of Postgres' own: it counts that.
    again: &'static str,
}

const fn catalog(
    name: &'static str,
    oid: Oid,
    key: &'static str,
    object: &'static str,
    mark: &'static str,
) -> Catalog {
    Catalog {
        name,
        oid,
        key,
        object,
        mark,
        again: "0",
    }
}

pub(super) const CLASS: Oid = 1259;
const ATTRDEF: Oid = 2604;
pub(super) const INHERITS: Oid = 2611;
pub(super) const DESCRIPTION: Oid = 2609;

/// Those that a look at a part shows. Their OIDs are the same in every version.
pub(super) const PARTS: &[Catalog] = &[
    Catalog {
        again: "(c.reltoastrelid <> 0)::pg_catalog.int4 + c.relhastriggers::pg_catalog.int4 \
                + (c.relchecks > 0)::pg_catalog.int4 + c.relhasrules::pg_catalog.int4",
        ..catalog(
            "pg_class",
            CLASS,
            "oid",
            "case when c.relkind in ('i', 'I') \
              then (select i.indrelid from pg_catalog.pg_index as i where i.indexrelid = c.oid) \
              when c.relkind <> 't' then c.oid end",
            "case when c.relkind in ('i', 'I') then 'index' when c.relkind = 'S' then 'sequence' \
              when c.relkind in ('v', 'm') then 'view' when c.relkind = 'c' then 'type' \
              else 'table' end",
        )
    },
    Catalog {
        again: "c.atthasdef::pg_catalog.int4",
        ..catalog(
            "pg_attribute",
            1249,
            "attrelid",
            // Those of an index or a TOAST table show nowhere.
            "(select r.oid from pg_catalog.pg_class as r \
              where c.attnum > 0 and r.oid = c.attrelid and r.relkind not in ('i', 'I', 't'))",
            "case when c.attrelid > $2 then 'new column' else 'column' end",
        )
    },
    catalog(
        "pg_attrdef",
        ATTRDEF,
        "adrelid",
        "c.adrelid",
        "case when c.adrelid > $2 then 'new column' else 'column' end",
    ),
    catalog(
        "pg_constraint",
        2606,
        "oid",
        "greatest(c.conrelid, c.contypid)",
        "case when c.contypid <> 0 then 'type' else 'constraint' end",
    ),
    catalog("pg_index", 2610, "indexrelid", "c.indrelid", "'index'"),
    catalog(
        "pg_trigger",
        2620,
        "oid",
        "case when not c.tgisinternal then c.tgrelid end",
        "'trigger'",
    ),
    catalog("pg_policy", 3256, "oid", "c.polrelid", "'policy'"),
    catalog("pg_rewrite", 2618, "oid", "c.ev_class", "'rule'"),
    catalog("pg_sequence", 2224, "seqrelid", "c.seqrelid", "'sequence'"),
    catalog("pg_inherits", INHERITS, "inhrelid", "c.inhrelid", "'table'"),
    catalog(
        "pg_type",
        1247,
        "oid",
        "case when c.typtype in ('e', 'd', 'r') then c.oid \
              when c.typtype = 'c' then (select c.oid from pg_catalog.pg_class as r \
                                         where r.oid = c.typrelid and r.relkind = 'c') end",
        "'type'",
    ),
    catalog("pg_enum", 3501, "oid", "c.enumtypid", "'type'"),
    catalog("pg_proc", 1255, "oid", "c.oid", "'function'"),
    catalog("pg_namespace", 2615, "oid", "c.oid", "'schema'"),
    catalog("pg_publication", 6104, "oid", "c.oid", "'publication'"),
    catalog(
        "pg_publication_rel",
        6106,
        "oid",
        "c.prpubid",
        "'publication'",
    ),
    catalog(
        "pg_publication_namespace",
        6237,
        "oid",
        "c.pnpubid",
        "'publication'",
    ),
    catalog(
        "pg_description",
        DESCRIPTION,
        "objoid",
        "c.objoid",
        "'comment'",
    ),
];

/// Those that only a look at everything shows: roles, memberships, settings, event triggers, default
/// privileges, extensions, languages, collations, text search configurations, operators.
pub(super) const WHOLES: &[Oid] = &[1260, 1261, 2964, 3466, 826, 3079, 2612, 3456, 3602, 2617];

/// Those from which something may go without more showing than that it is gone: relations, columns,
/// defaults, constraints, triggers, policies, rules, types, functions.
pub(super) const DROPPED: &[Oid] = &[CLASS, ATTRDEF, 2606, 2620, 3256, 2618, 1247, 1255];

const FRAME: &str = include_str!("touched.sql");

/// The query for the objects that were touched when rows of these catalogs were written. Its third
/// parameter tells how many had been before, in this order; the fourth are names that the statement mentions.
/// Only a thorough one finds rows of objects that were there before and that the statement does not name.
pub(super) fn query(written: &[&Catalog], thorough: bool) -> String {
    let (mut young, mut old) = (String::new(), String::new());
    let mut complete = Vec::new();
    for (at, catalog) in written.iter().enumerate() {
        let Catalog {
            oid, key, again, ..
        } = catalog;
        if at > 0 {
            young.push_str(" union all ");
        }
        // The upper bound tells the planner that these are few.
        let new = format!("c.{key} > $2 and c.{key} < 4294967295::pg_catalog.oid");
        young.push_str(&branch(catalog, again, &new));
        let mut rest = format!("c.{key} <= $2");
        if *oid == CLASS {
            young.push_str(" union all ");
            young.push_str(&branch(
                catalog,
                "0",
                "c.relname = any ($4) and c.oid <= $2",
            ));
            rest.push_str(" and c.relname <> all ($4)");
        }
        let counted = counted(*oid, at + 1);
        complete.push(format!(
            "coalesce(pg_catalog.sum(y.times) filter (where y.catalog = {oid}), 0) = {counted}"
        ));
        if thorough {
            let found = format!(
                "(select coalesce(pg_catalog.sum(times), 0) from young where catalog = {oid})"
            );
            let search = format!("{found} <> {counted} and {rest}");
            let _ = write!(old, " union all {}", branch(catalog, "0", &search));
        }
    }
    let frame = frame(|name| written.iter().any(|it| it.name == name));
    frame
        .replace("{young}", &young)
        .replace("{old}", &old)
        .replace("{complete}", &complete.join(" and "))
}

/// The rows of a catalog that the statement wrote, among `which`.
fn branch(catalog: &Catalog, again: &str, which: &str) -> String {
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
         where pg_catalog.age(c.xmin) <= (select age from since) and {which})"
    )
}

/// How many rows of a catalog were written since $3 was counted. In a query of its own, what may change
/// from call to call is called once, and not for each row.
fn counted(oid: Oid, at: usize) -> String {
    format!(
        "(select pg_catalog.pg_stat_get_xact_tuples_inserted({oid}) \
          + pg_catalog.pg_stat_get_xact_tuples_updated({oid})) - $3[{at}]"
    )
}

/// [`FRAME`] without the parts for catalogs that were not written.
fn frame(is_written: impl Fn(&str) -> bool) -> String {
    let mut kept = String::new();
    let mut stays = true;
    for line in FRAME.lines() {
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

    #[test]
    fn what_was_not_written_is_not_asked_about() {
        let of = |name: &str| {
            let catalog = PARTS.iter().find(|it| it.name == name);
            query(&[catalog.unwrap()], true)
        };
        assert!(!of("pg_policy").contains("pg_catalog.pg_depend"));
        assert!(of("pg_attribute").contains("pg_catalog.pg_depend"));
        assert!(of("pg_description").contains("select ev_class"));
    }
}
