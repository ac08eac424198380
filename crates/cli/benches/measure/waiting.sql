-- why: a migration stands in the queue for auth.users; sign-ins, which ask for RowExclusiveLock, do not count
select from pg_catalog.pg_locks
where relation = 'auth.users'::pg_catalog.regclass and not granted and mode <> 'RowExclusiveLock'
