-- why: the time is the database's; what is archived already, or not, is not touched
update research_sessions
set archived_at = case when $4 then pg_catalog.now() end
where user_id = $1 and id = $2 and ($3::bigint is null or version = $3) and (archived_at is null) = $4
returning id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
