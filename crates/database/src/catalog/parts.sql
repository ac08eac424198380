-- why: comments and extensions speak of objects, so those of what belongs to a relation are asked for
-- by their own OIDs.
select pg_catalog.unnest($1::pg_catalog.oid[])
union all
select indexrelid from pg_catalog.pg_index where indrelid = any ($1::pg_catalog.oid[])
union all
select oid from pg_catalog.pg_constraint where conrelid = any ($1::pg_catalog.oid[])
union all
select oid from pg_catalog.pg_trigger where tgrelid = any ($1::pg_catalog.oid[])
union all
select oid from pg_catalog.pg_policy where polrelid = any ($1::pg_catalog.oid[])
union all
select oid from pg_catalog.pg_rewrite where ev_class = any ($1::pg_catalog.oid[])
