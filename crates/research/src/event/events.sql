-- why: the primary key gives them in order
select seq, session_id, kind, payload, created_at
from research_events
where user_id = $1 and seq > $2
order by seq
limit $3
