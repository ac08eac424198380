-- What a new session costs, with the triggers that record it.
\set user random(1, :askers)
\startpipeline
begin;
select set_config('role', 'authenticated', true),
  set_config('request.jwt.claims', '{"sub": "' || md5('user ' || (:user)::text)::uuid || '", "role": "authenticated"}', true),
  set_config('search_path', 'research, extensions', true);
insert into research.research_sessions (user_id, title, language, parameters)
values (md5('user ' || (:user)::text)::uuid, 'Measured', 'en', '{}')
returning id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at;
commit;
\endpipeline
