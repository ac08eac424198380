-- why: without the content, which a list does not show
select id, session_id, user_id, stage::text, file_path, size_bytes, sha256, media_type, language,
  content is not null as has_content, detected_at
from draft_files
where user_id = $1 and session_id = $2
  and ($3::text is null or stage::text = $3)
  and ($4::text is null or language = $4)
  and ($5::text is null or media_type = $5)
order by draft_files.stage, file_path
