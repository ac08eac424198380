-- why: which objects are part of an extension, by class and OID.
select d.classid as class,
       d.objid as object,
       e.extname as extension
  from pg_catalog.pg_depend d
  join pg_catalog.pg_extension e on e.oid = d.refobjid
 where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
   and d.deptype = 'e'
