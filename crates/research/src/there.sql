-- why: whether every table of the store stands in schema $1.
select pg_catalog.count(*) = 3
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1
  and c.relkind in ('r', 'p')
  and c.relname in ('research_sessions', 'draft_files', 'research_profiles')
