-- Does this very session hold the advisory lock? A bigint key is kept in two halves.
select exists (
    select
    from pg_catalog.pg_locks as l
    where l.locktype = 'advisory'
      and l.pid = pg_catalog.pg_backend_pid()
      and l.granted
      and l.objsubid = 1
      and ((l.classid::bigint << 32) | l.objid::bigint) = $1
)
