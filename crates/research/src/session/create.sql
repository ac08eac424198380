-- why: the owner is the principal, and row-level security says so once more
insert into research_sessions (id, user_id, title, language, parameters)
values (coalesce($1, pg_catalog.gen_random_uuid()), $2, $3, $4, $5)
returning id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
