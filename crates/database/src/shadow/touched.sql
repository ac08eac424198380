-- The objects that the rows are a part of which a statement wrote. `young` and `old` come from touched.rs,
-- one branch for each system catalog that was written; what stands between `--{ catalog …` and `--}` stays
-- only where one of these was.
-- why: every statement has a subtransaction of its own, whose number is above all before it, so the rows
-- that it wrote are those at least as young as transaction $1. Most of them belong to objects that are new
-- and have OIDs above $2, the highest of any relation before: an index leads there. Where these are as many as Postgres
-- has counted since it had counted $3, they are `complete`; else the whole catalog has to be searched, by the longer
-- form of this query. Of so small a query each part costs more to begin than to execute.
with since as materialized (
    select pg_catalog.age($1::pg_catalog.text::pg_catalog.xid) as age
),
young as materialized (
{young}
),
written as materialized (
    select * from young
{old}
),
-- `shapes` are relations whose columns changed; on one that is new, only what is new itself can lean.
direct as materialized (
    select array(select object from written where object is not null) as objects,
           array(select object from written where mark = 'column') as shapes
),
--{ pg_attribute pg_attrdef
-- What is printed anew when the columns of another relation change: views, policies, bodies of functions.
-- why: their OIDs come out of the index on what is referred to, and then of an array, so that no plan goes
-- through all policies or all functions instead, of which there are more with each statement.
leaning as materialized (
    select d.classid, d.objid
    from direct as w, pg_catalog.pg_depend as d
    where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.refobjid = any (w.shapes)
),
views as materialized (
    select r.ev_class as oid
    from pg_catalog.pg_rewrite as r
    where r.oid = any (array(
        select objid from leaning where classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    ))
),
--}
-- An object, a commented part's table, a composite type's row.
touched as materialized (
    select array(
        select pg_catalog.unnest(w.objects)
--{ pg_attribute pg_attrdef
        union
        select oid from views
        union
        select p.polrelid
        from pg_catalog.pg_policy as p
        where p.oid = any (array(
            select objid from leaning where classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
        ))
        union
        select objid from leaning where classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
--}
--{ pg_class pg_attribute pg_attrdef pg_type pg_description
        union
        select reltype from pg_catalog.pg_class where oid = any (w.objects) and relkind = 'c'
--}
--{ pg_type pg_description
        union
        select c.oid
        from pg_catalog.pg_type as t
        join pg_catalog.pg_class as c on c.oid = t.typrelid
        where t.oid = any (w.objects) and c.relkind = 'c'
--}
--{ pg_description
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
--}
    ) as objects,
    -- Relations that are not as they were, apart from what belongs to them. To make an index is to count
    -- the table's rows.
    array(
        select object from written
        where object is not null
          and (mark in ('table', 'view', 'new column', 'column', 'rule', 'type', 'index') or mark like 'comment%')
--{ pg_attribute pg_attrdef
        union
        select oid from views
--}
    ) as relations
    from direct as w
)
-- What to look at is noted as well, for the queries that come right behind.
select
    (select pg_catalog.max(w.version::pg_catalog.text::pg_catalog.int8) from written as w) as youngest,
    (select {complete} from young as y) as complete,
    array(select distinct mark from written where object is not null) as marks,
    pg_catalog.set_config('lodger.relations', t.relations::pg_catalog.text, true)::pg_catalog.oid[] as relations,
    pg_catalog.set_config('lodger.objects', t.objects::pg_catalog.text, true)::pg_catalog.oid[] as touched
from touched as t
