-- why: the primary key gives the user's events in order; what nobody asked for is passed over
select seq, session_id, kind, payload, created_at
from research_events
where user_id = $1 and seq > $2
  and ($4::text is null or kind like $4)
  and ($5::uuid is null or session_id = $5)
  and ($6::text is null or payload ->> $7 = $6)
order by seq
limit $3
