-- why: only what this transfer brought, and only what is still the receiver's
with undone as (
  update research_transfers as t set undone_at = pg_catalog.now()
  where t.user_id = $1 and t.id = $2 and t.source_id = $3 and t.undone_at is null
  returning t.id, t.user_id, t.source_id, t.sessions, t.files, t.bytes, t.created_at, t.undo_until, t.undone_at,
    t.session_ids
), moved as (
  update research_sessions as s set user_id = $3
  from undone
  where s.user_id = $1 and s.id = any (undone.session_ids)
)
select id, user_id, source_id, sessions, files, bytes, created_at, undo_until, undone_at from undone
