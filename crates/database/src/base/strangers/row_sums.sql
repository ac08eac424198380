-- For every table a statement that counts its rows and sums up their text, with where each lies and who wrote it
-- last: a row that was written again with the same values is another one.
select pg_catalog.format(
  'select %L::boolean, %L::text, ''rows''::text, count(*) || '' rows, checksum '' || coalesce(pg_catalog.md5('
  'pg_catalog.string_agg(pg_catalog.md5(concat_ws('' '', ctid, xmin, whole_row)), '''' order by ctid)), ''none'')'
  ' from only %I.%I as whole_row',
  n.nspname <> 'public', 'table ' || n.nspname || '.' || c.relname, n.nspname, c.relname
)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by n.nspname, c.relname
