-- why: the counters of the sessions are exact, so that no draft has to be looked at
select pg_catalog.count(*) as sessions,
  pg_catalog.count(*) filter (where archived_at is not null) as archived,
  pg_catalog.count(*) filter (where status = 'in_progress') as in_progress,
  pg_catalog.count(*) filter (where status = 'completed') as completed,
  pg_catalog.count(*) filter (where status = 'failed') as failed,
  coalesce(pg_catalog.sum(file_count), 0)::bigint as files,
  coalesce(pg_catalog.sum(total_size_bytes), 0)::bigint as bytes
from research_sessions
where user_id = $1
