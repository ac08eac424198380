-- why: what each of them has written so far
select session_id, stage::text, pg_catalog.count(*) as files, pg_catalog.sum(size_bytes)::bigint as bytes
from draft_files
where user_id = $1 and session_id = any ($2)
group by session_id, draft_files.stage
order by session_id, draft_files.stage
