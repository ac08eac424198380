-- why: sessions change their owner, their drafts follow by foreign key, and the receipt is of exactly these rows
with moved as (
  update research_sessions set user_id = $2 where user_id = $1
  returning id, file_count, total_size_bytes
)
insert into research_transfers (user_id, source_id, proof, sessions, files, bytes, session_ids)
select $2, $1, $3, pg_catalog.count(*), coalesce(pg_catalog.sum(file_count), 0),
  coalesce(pg_catalog.sum(total_size_bytes), 0), coalesce(pg_catalog.array_agg(id order by id), '{}')
from moved
returning id, user_id, source_id, sessions, files, bytes, created_at, undo_until, undone_at
