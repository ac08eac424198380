-- why: the owner is named besides row-level security, so that one of them can be wrong
select id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
from research_sessions
where user_id = $1 and id = $2
