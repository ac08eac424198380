-- why: rows of objects that have no name of their own (defaults, rules of views, row types) come too:
-- they lead from an object to what it needs. Below 16384 nothing is recorded but what initdb made.
select distinct
       d.classid as class,
       d.objid as object,
       d.refclassid as on_class,
       d.refobjid as on_object,
       d.deptype as kind
  from pg_catalog.pg_depend d
 where d.objid >= 16384
   and d.deptype in ('n', 'a', 'i', 'e')
