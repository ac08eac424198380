-- why: one page, newest first; the sentinel of the first page comes after everything, so that the comparison can
-- always use the index; a filter that is not wanted is left out, because the planner takes it for one that leaves
-- next to nothing over, and then reads and sorts all that the user has
select id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
from research_sessions
where user_id = $1
  and true /* archived */
  and (created_at, id) < ($2, $3)
  and status::text = any ($4) /* status */
  and ($5::text is null or language = $5) /* rare */
  and ($6::text is null or pg_catalog.strpos(pg_catalog.lower(title), pg_catalog.lower($6)) > 0) /* rare */
  and ($7::timestamptz is null or created_at >= $7) /* rare */
  and ($8::timestamptz is null or created_at < $8) /* rare */
order by created_at desc, id desc
limit $9
