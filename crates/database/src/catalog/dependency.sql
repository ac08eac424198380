-- why: rows of objects that have no name of their own (rules of views, row types) come too: they lead
-- from an object to what it needs. A default counts as its table. The triggers behind a foreign key lead
-- nowhere. Below 16384 nothing is recorded but what initdb made. Arrays, because a hundred thousand rows
-- of five numbers each take longer to send than to find.
select pg_catalog.array_agg(case when a.oid is null then d.classid else 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid end) as classes,
       pg_catalog.array_agg(coalesce(a.adrelid, d.objid)) as objects,
       pg_catalog.array_agg(d.refclassid) as on_classes,
       pg_catalog.array_agg(d.refobjid) as on_objects,
       pg_catalog.array_agg(d.deptype) as kinds
  from pg_catalog.pg_depend d
  left join pg_catalog.pg_attrdef a
    on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
   and a.oid = d.objid
 where d.objid >= 16384
   and d.deptype in ('n', 'a', 'i', 'e')
   and a.adrelid is distinct from d.refobjid
   and not (d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
            and d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass)
