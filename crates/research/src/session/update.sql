-- why: what is not named stays as it is; a version that is named has to be the present one
update research_sessions
set title = coalesce($4, title), language = coalesce($5, language), parameters = coalesce($6, parameters)
where user_id = $1 and id = $2 and ($3::bigint is null or version = $3)
returning id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
