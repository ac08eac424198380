-- why: the same files under the copy, content and all; the counters follow by trigger
insert into draft_files (session_id, user_id, stage, file_path, size_bytes, sha256, media_type, language, content)
select $3, d.user_id, d.stage, d.file_path, d.size_bytes, d.sha256, d.media_type, d.language, d.content
from draft_files as d
where d.user_id = $1 and d.session_id = $2
