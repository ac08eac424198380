-- why: nextval, setval and currval lock their sequence until the transaction ends, also when the
-- savepoint they ran under is gone. So this is what it used, and nobody else's work is taken for ours.
select n.nspname::pg_catalog.text as schema, c.relname::pg_catalog.text as name
  from pg_catalog.pg_locks l
  join pg_catalog.pg_class c on c.oid = l.relation
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where l.locktype = 'relation'
   and l.pid = pg_catalog.pg_backend_pid()
   and l.mode = 'RowExclusiveLock'
   and l.granted
   and c.relkind = 'S'
 order by 1, 2
