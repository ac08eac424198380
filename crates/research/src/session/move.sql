-- why: the statuses that it may come from are part of the condition, so that of two moves at once one is late
update research_sessions
set status = $4::text::session_status
where user_id = $1 and id = $2 and ($3::bigint is null or version = $3) and status::text = any ($5)
returning id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
