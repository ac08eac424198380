-- why: few, so that they need no pages
select id, user_id, source_id, sessions, files, bytes, created_at, undo_until, undone_at
from research_transfers
where user_id = $1
order by created_at desc, id desc
limit 100
