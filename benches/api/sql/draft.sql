-- What a draft costs that is there already and has another content now, with the triggers that count and record it.
\set user random(1, :askers)
\set session random(1, :each - 1) * :users + :user - 1
\set file random(1, 20)
\set content random(1, 1000000000)
\startpipeline
begin;
select set_config('role', 'authenticated', true),
  set_config('request.jwt.claims', '{"sub": "' || md5('user ' || (:user)::text)::uuid || '", "role": "authenticated"}', true),
  set_config('search_path', 'research, extensions', true);
with session as (
  select s.user_id, s.id from research.research_sessions as s
  where s.user_id = md5('user ' || (:user)::text)::uuid and s.id = md5('session ' || (:session)::text)::uuid
), new as (
  select convert_to('# Draft ' || (:content)::text, 'utf8') as content
)
insert into research.draft_files as d
  (session_id, user_id, stage, file_path, size_bytes, sha256, media_type, language, content)
select session.id, session.user_id, '2_planning', '2_planning/' || (:file)::text || '.md', octet_length(new.content),
  encode(sha256(new.content), 'hex'), 'text/markdown', null, new.content
from session, new
on conflict (user_id, session_id, file_path) do update
set stage = excluded.stage, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
  media_type = excluded.media_type, language = excluded.language, content = excluded.content, detected_at = now()
where (d.stage, d.size_bytes, d.sha256, d.media_type, d.language, d.content is null)
  is distinct from
  (excluded.stage, excluded.size_bytes, excluded.sha256, excluded.media_type, excluded.language, excluded.content is null)
returning d.id, d.session_id, d.user_id, d.stage::text, d.file_path, d.size_bytes, d.sha256, d.media_type,
  d.language, d.content is not null as has_content, d.detected_at, d.xmax = 0 as created;
commit;
\endpipeline
