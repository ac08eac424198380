-- What one session costs; a user's sessions are :users numbers apart.
\set user random(1, :askers)
\set session random(1, :each - 1) * :users + :user - 1
\startpipeline
begin read only;
select set_config('role', 'authenticated', true),
  set_config('request.jwt.claims', '{"sub": "' || md5('user ' || (:user)::text)::uuid || '", "role": "authenticated"}', true),
  set_config('search_path', 'research, extensions', true);
select id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
from research.research_sessions
where user_id = md5('user ' || (:user)::text)::uuid and id = md5('session ' || (:session)::text)::uuid;
commit;
\endpipeline
