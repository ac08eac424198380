-- why: those that are compared, of this user
select id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
from research_sessions
where user_id = $1 and id = any ($2)
