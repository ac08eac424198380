-- The first transaction that is not over yet: rows that this one or a later one wrote are new.
select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8
