-- What a statement left behind: where names are looked up now, the locks that this transaction holds, and
-- how many rows of system catalogs it has written and removed so far. observed.rs puts in the calls that count.
-- why: Postgres counts the rows that a transaction writes, table by table, and the system catalogs with
-- them. That tells which of them are worth a look, and what was removed, for next to nothing; in one
-- expression, because to read and to order a list of catalogs costs more than to count.
select
    coalesce(pg_catalog.current_setting('lodger.removed', true), '') = 'yes' as removed,
    coalesce(pg_catalog.current_setting('lodger.dropped', true), '') as dropped,
    pg_catalog.current_setting('track_counts') = 'on' as counting,
    pg_catalog.current_schemas(false)::pg_catalog.text[] as search_path,
    array(
        select l.relation::pg_catalog.text || ' ' || l.mode
        from pg_catalog.pg_locks as l
        where l.pid = pg_catalog.pg_backend_pid()
          and l.locktype = 'relation'
          and l.granted
          and l.mode <> 'AccessShareLock'
          and l.relation >= 16384
    ) as locks,
    (select pg_catalog.max(c.oid) from pg_catalog.pg_class as c) as highest,
    array[{written}] as written,
    array[{unseen}, {comments}, {inheritance}] as others
