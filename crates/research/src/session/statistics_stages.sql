-- why: the owner is in the drafts themselves
select stage::text, pg_catalog.count(*) as files, pg_catalog.sum(size_bytes)::bigint as bytes
from draft_files
where user_id = $1
group by draft_files.stage
order by draft_files.stage
