-- What one list of 20 sessions costs when pgbench sends the same statements as the server, in one flush as well.
\set user random(1, :askers)
\startpipeline
begin read only;
select set_config('role', 'authenticated', true),
  set_config('request.jwt.claims', '{"sub": "' || md5('user ' || (:user)::text)::uuid || '", "role": "authenticated"}', true),
  set_config('search_path', 'research, extensions', true);
select id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
from research.research_sessions
where user_id = md5('user ' || (:user)::text)::uuid
  and archived_at is null
  and (created_at, id) < ('9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
order by created_at desc, id desc
limit 21;
commit;
\endpipeline
