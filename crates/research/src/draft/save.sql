-- why: one file per path; the same content again changes nothing. The session is looked up here, so that a draft
-- of somebody else's session, or of none, touches no row
with session as (
  select s.user_id, s.id from research_sessions as s where s.user_id = $1 and s.id = $2
)
insert into draft_files as d
  (session_id, user_id, stage, file_path, size_bytes, sha256, media_type, language, content)
select session.id, session.user_id, $3::text::research_stage, $4, $5, $6, $7, $8, $9 from session
on conflict (user_id, session_id, file_path) do update
set stage = excluded.stage, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
  media_type = excluded.media_type, language = excluded.language, content = excluded.content,
  detected_at = pg_catalog.now()
where (d.stage, d.size_bytes, d.sha256, d.media_type, d.language, d.content is null)
  is distinct from
  (excluded.stage, excluded.size_bytes, excluded.sha256, excluded.media_type, excluded.language,
    excluded.content is null)
returning d.id, d.session_id, d.user_id, d.stage::text, d.file_path, d.size_bytes, d.sha256, d.media_type,
  d.language, d.content is not null as has_content, d.detected_at, d.xmax = 0 as created
