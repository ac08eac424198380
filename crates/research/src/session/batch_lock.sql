-- why: in one order everywhere, so that two batches wait for each other instead of for ever
select id, status::text, archived_at is not null as archived
from research_sessions
where user_id = $1 and id = any ($2)
order by id
for no key update
