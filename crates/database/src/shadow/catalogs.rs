//! The system catalogs that statements write to, and what one of their rows is a part of.

use lodger_migration::catalog::Oid;

/// A system catalog whose rows are parts of objects that a look at a part shows.
pub(super) struct Catalog {
    pub(super) name: &'static str,
    pub(super) oid: Oid,
    /// A column with an index; of a new object's rows it holds an OID that is new.
    pub(super) key: &'static str,
    /// The relation, type, function, schema or publication that a row is a part of; null for what no
    /// look shows.
    pub(super) object: &'static str,
    /// What has to be looked at again; as `kinds` in `observed.rs` puts it together.
    pub(super) mark: &'static str,
    /// How often the row of a new object was at least written again after it was made, each time by a
    /// command of Postgres' own: it counts that.
    pub(super) again: &'static str,
    /// Which rows belong to relations with the names of $4, if that can be told.
    pub(super) named: Option<&'static str>,
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
        named: None,
    }
}

pub(super) const CLASS: Oid = 1259;
const ATTRDEF: Oid = 2604;
pub(super) const INHERITS: Oid = 2611;
pub(super) const DESCRIPTION: Oid = 2609;

/// What a comment is on: what has to be looked at again is only that. On anything else it is a "comment".
const COMMENT_ON: &str = "case c.classoid \
    when 'pg_catalog.pg_class'::pg_catalog.regclass then ( \
      select case when c.objsubid <> 0 then 'comment on column' \
                  when r.relkind in ('r', 'p', 'f') then 'comment on table' \
                  when r.relkind in ('v', 'm') then 'comment on view' \
                  when r.relkind in ('i', 'I') then 'comment on index' \
                  when r.relkind = 'S' then 'comment on sequence' \
                  else 'comment' end \
      from pg_catalog.pg_class as r where r.oid = c.objoid) \
    when 'pg_catalog.pg_proc'::pg_catalog.regclass then 'comment on function' \
    when 'pg_catalog.pg_constraint'::pg_catalog.regclass then 'comment on constraint' \
    when 'pg_catalog.pg_trigger'::pg_catalog.regclass then 'comment on trigger' \
    when 'pg_catalog.pg_policy'::pg_catalog.regclass then 'comment on policy' \
    else 'comment' end";

/// Those that a look at a part shows. Their OIDs are the same in every version.
pub(super) const PARTS: &[Catalog] = &[
    Catalog {
        again: "(c.reltoastrelid <> 0)::pg_catalog.int4 + c.relhastriggers::pg_catalog.int4 \
                + (c.relchecks > 0)::pg_catalog.int4 + c.relhasrules::pg_catalog.int4",
        // A composite type that was there before is searched for, with what belongs to it.
        named: Some("c.relname = any ($4) and c.relkind <> 'c'"),
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
    Catalog {
        // That of an identity column is given to the column after it was made; no other depends on one internally.
        again: "(exists (select from pg_catalog.pg_depend as d where d.deptype = 'i' \
                and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
                and d.objid = c.seqrelid and d.objsubid = 0))::pg_catalog.int4",
        ..catalog("pg_sequence", 2224, "seqrelid", "c.seqrelid", "'sequence'")
    },
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
    Catalog {
        named: Some(
            "c.objoid = any (array(\
               select n.oid from pg_catalog.pg_class as n where n.relname = any ($4)))",
        ),
        ..catalog(
            "pg_description",
            DESCRIPTION,
            "objoid",
            "c.objoid",
            COMMENT_ON,
        )
    },
];

/// Those that only a look at everything shows: roles, memberships, settings, event triggers, default
/// privileges, extensions, languages, collations, text search configurations, operators.
pub(super) const WHOLES: &[Oid] = &[1260, 1261, 2964, 3466, 826, 3079, 2612, 3456, 3602, 2617];

/// Those from which something may go without more showing than that it is gone: relations, columns,
/// defaults, constraints, triggers, policies, rules, types, functions.
pub(super) const DROPPED: &[Oid] = &[CLASS, ATTRDEF, 2606, 2620, 3256, 2618, 1247, 1255];
