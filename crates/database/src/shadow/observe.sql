-- What a statement left behind: where names are looked up now, the locks on tables and views that this
-- transaction holds, and what was written in the catalog since transaction $1.
-- why: every statement has a subtransaction of its own, whose number is above all before it, so the rows
-- that it wrote are those at least as young. What it removed has no row: `kept` falls short then, `rest`
-- differs, or the triggers of note_ddl.sql say so (`removed`).
with since as materialized (
    select pg_catalog.age($1::pg_catalog.text::pg_catalog.xid) as age
),
-- The object that each written row is a part of; `shape` when columns came, changed or went.
written as materialized (
    select c.oid as object, c.xmin as version, false as shape from pg_catalog.pg_class as c
    where pg_catalog.age(c.xmin) <= (select age from since) and c.relkind not in ('i', 'I', 't')
    union all
    select i.indrelid, c.xmin, false
    from pg_catalog.pg_class as c
    join pg_catalog.pg_index as i on i.indexrelid = c.oid
    where pg_catalog.age(c.xmin) <= (select age from since) and c.relkind in ('i', 'I')
    union all
    select attrelid, xmin, true from pg_catalog.pg_attribute
    where pg_catalog.age(xmin) <= (select age from since) and attnum > 0
    union all
    select adrelid, xmin, false from pg_catalog.pg_attrdef
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select greatest(conrelid, contypid), xmin, false from pg_catalog.pg_constraint
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select indrelid, xmin, false from pg_catalog.pg_index
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select tgrelid, xmin, false from pg_catalog.pg_trigger
    where pg_catalog.age(xmin) <= (select age from since) and not tgisinternal
    union all
    select polrelid, xmin, false from pg_catalog.pg_policy
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select ev_class, xmin, false from pg_catalog.pg_rewrite
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select seqrelid, xmin, false from pg_catalog.pg_sequence
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select inhrelid, xmin, false from pg_catalog.pg_inherits
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select oid, xmin, false from pg_catalog.pg_type
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select enumtypid, xmin, false from pg_catalog.pg_enum
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select oid, xmin, false from pg_catalog.pg_proc
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select oid, xmin, false from pg_catalog.pg_namespace
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select oid, xmin, false from pg_catalog.pg_publication
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select prpubid, xmin, false from pg_catalog.pg_publication_rel
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select pnpubid, xmin, false from pg_catalog.pg_publication_namespace
    where pg_catalog.age(xmin) <= (select age from since)
    union all
    select objoid, xmin, false from pg_catalog.pg_description
    where pg_catalog.age(xmin) <= (select age from since)
),
direct as materialized (
    select array(select object from written) as objects,
           array(select object from written where shape) as shapes
),
-- An object, a commented part's table, a composite type's row, and what is printed anew when the columns
-- of another relation change: views, policies, bodies of functions.
touched as materialized (
    select array(
        select pg_catalog.unnest(w.objects)
        union
        select r.ev_class
        from pg_catalog.pg_depend as d
        join pg_catalog.pg_rewrite as r on r.oid = d.objid
        where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjid = any (w.shapes)
          and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        union
        select p.polrelid
        from pg_catalog.pg_depend as d
        join pg_catalog.pg_policy as p on p.oid = d.objid
        where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjid = any (w.shapes)
          and d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
        union
        select d.objid
        from pg_catalog.pg_depend as d
        where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjid = any (w.shapes)
          and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        union
        select reltype from pg_catalog.pg_class where oid = any (w.objects) and relkind = 'c'
        union
        select c.oid
        from pg_catalog.pg_type as t
        join pg_catalog.pg_class as c on c.oid = t.typrelid
        where t.oid = any (w.objects) and c.relkind = 'c'
        union
        select indrelid from pg_catalog.pg_index where indexrelid = any (w.objects)
        union
        select conrelid from pg_catalog.pg_constraint where oid = any (w.objects) and conrelid <> 0
        union
        select tgrelid from pg_catalog.pg_trigger where oid = any (w.objects)
        union
        select polrelid from pg_catalog.pg_policy where oid = any (w.objects)
        union
        select ev_class from pg_catalog.pg_rewrite where oid = any (w.objects)
    ) as objects
    from direct as w
)
select
    coalesce(pg_catalog.current_setting('lodger.removed', true), '') = 'yes' as removed,
    pg_catalog.current_schemas(false)::text[] as search_path,
    array(
        select n.nspname || '.' || c.relname || ' ' || l.mode
        from pg_catalog.pg_locks as l
        join pg_catalog.pg_class as c on c.oid = l.relation
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where l.pid = pg_catalog.pg_backend_pid()
          and l.locktype = 'relation'
          and l.granted
          and l.mode <> 'AccessShareLock'
          and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        order by 1
    ) as locks,
    (select pg_catalog.max(w.version::pg_catalog.text::pg_catalog.int8) from written as w) as youngest,
    t.objects as touched,
    -- With the tables that foreign keys point to and those whose columns own sequences.
    array(
        select pg_catalog.unnest(t.objects)
        union
        select confrelid from pg_catalog.pg_constraint
        where conrelid = any (t.objects) and confrelid <> 0
        union
        select d.refobjid
        from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.objid = any (t.objects)
          and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjsubid > 0
          and d.deptype in ('a', 'i')
    ) as surroundings,
    -- Rows of which one may go without a word: before this statement, and now.
    array[
        (select pg_catalog.count(*) from pg_catalog.pg_description
         where pg_catalog.age(xmin) > (select age from since)),
        (select pg_catalog.count(*) from pg_catalog.pg_inherits
         where pg_catalog.age(xmin) > (select age from since))
    ] as kept,
    array[
        (select pg_catalog.count(*) from pg_catalog.pg_description),
        (select pg_catalog.count(*) from pg_catalog.pg_inherits)
    ] as standing,
    -- What is not looked at in part. Roles are read from their view: not everybody may read the table.
    pg_catalog.concat_ws(' ',
        (select pg_catalog.string_agg(
            pg_catalog.concat_ws(' ', oid, rolname, rolsuper, rolbypassrls), ',' order by oid)
         from pg_catalog.pg_roles),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_auth_members),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_db_role_setting),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_event_trigger),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_default_acl),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_extension),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_language),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_collation),
        (select pg_catalog.count(*) || '/' || pg_catalog.max(xmin::pg_catalog.text::pg_catalog.int8)
         from pg_catalog.pg_ts_config),
        (select pg_catalog.count(*) || '/'
                || pg_catalog.count(*) filter (where pg_catalog.age(xmin) <= (select age from since))
         from pg_catalog.pg_operator)
    ) as rest
from touched as t
