-- why: asked by OID, because a name would be looked up by the role that asks. Without USAGE on the schema
-- no right on the table is worth anything.
select c.oid as relation,
       r.rolname::pg_catalog.text as role,
       a.attname::pg_catalog.text as column,
       s.usable and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') as selects,
       s.usable and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT') as inserts,
       s.usable and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE') as updates,
       s.usable and pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE') as deletes
  from pg_catalog.pg_class c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 cross join pg_catalog.pg_roles r
 cross join lateral (
   select pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE') as usable) s
 where c.oid = any($1)
   and r.rolname = any($2)
