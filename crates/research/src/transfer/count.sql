-- why: what would be moved
select pg_catalog.count(*) as sessions, coalesce(pg_catalog.sum(file_count), 0)::bigint as files,
  coalesce(pg_catalog.sum(total_size_bytes), 0)::bigint as bytes
from research_sessions
where user_id = $1
