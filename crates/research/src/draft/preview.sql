-- why: no more of the content leaves the database than can be shown
select id, session_id, user_id, stage::text, file_path, size_bytes, sha256, media_type, language,
  content is not null as has_content, detected_at,
  pg_catalog.substring(content, 1, $3::int) as beginning, pg_catalog.octet_length(content) <= $3::int as is_all
from draft_files
where user_id = $1 and id = $2
