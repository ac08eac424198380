-- What a statement left behind apart from catalog rows: whether it ran DDL, where names are looked up
-- now, and the locks on tables and views that this transaction holds.
select
    coalesce(pg_catalog.current_setting('lodger.ddl', true), '') = 'yes' as ran_ddl,
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
    ) as locks
