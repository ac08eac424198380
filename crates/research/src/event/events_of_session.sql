-- why: the primary key gives the user's events in order; those of other sessions are passed over
select seq, session_id, kind, payload, created_at
from research_events
where user_id = $1 and seq > $2 and session_id = $4
order by seq
limit $3
