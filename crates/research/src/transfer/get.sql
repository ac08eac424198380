-- why: a receipt is the receiver's
select id, user_id, source_id, sessions, files, bytes, created_at, undo_until, undone_at,
  undone_at is null and undo_until > pg_catalog.now() as may_undo
from research_transfers
where user_id = $1 and id = $2
