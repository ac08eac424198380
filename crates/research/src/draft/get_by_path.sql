-- why: a draft that stood there as it was saved, or the reason why there is none
select d.id, d.session_id, d.user_id, d.stage::text, d.file_path, d.size_bytes, d.sha256, d.media_type,
  d.language, d.content is not null as has_content, d.detected_at, t.transfer_id
from (select $1::uuid as user_id) as asked
left join draft_files as d
  on d.user_id = asked.user_id and d.session_id = $2 and d.file_path = $3
left join research_transferred_users as t on t.user_id = asked.user_id
