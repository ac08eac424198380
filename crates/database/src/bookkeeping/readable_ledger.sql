-- why: an error would end the caller's transaction, and a role need not be allowed to look.
select coalesce(pg_catalog.bool_and(pg_catalog.has_schema_privilege(n.oid, 'usage')
         and pg_catalog.has_table_privilege(c.oid, 'select')), false)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where n.nspname = 'supabase_migrations'
   and c.relname = 'schema_migrations'
