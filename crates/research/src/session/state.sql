-- why: nothing was changed; this says whether it is missing, another version, in the wrong state, or moved away
select s.version, s.status::text, s.archived_at is not null as archived, t.transfer_id
from (select $1::uuid as user_id) as asked
left join research_sessions as s on s.user_id = asked.user_id and s.id = $2
left join research_transferred_users as t on t.user_id = asked.user_id
