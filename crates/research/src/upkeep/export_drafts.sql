-- why: with the content, which is what a user takes along
select id, session_id, user_id, stage::text, file_path, size_bytes, sha256, media_type, language,
  content is not null as has_content, detected_at, content
from draft_files
where user_id = $1 and session_id = $2
order by draft_files.stage, file_path
