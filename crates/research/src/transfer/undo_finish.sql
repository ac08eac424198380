-- why: the giver may write again, and both sides are told
with unmarked as (
  delete from research_transferred_users where user_id = $3 and transfer_id = $2
), heads as (
  insert into research_event_heads as h (user_id, last_seq)
  select side.id, 1 from (values ($1::uuid), ($3)) as side (id) order by side.id
  on conflict (user_id) do update set last_seq = h.last_seq + 1
  returning user_id, last_seq
)
insert into research_events (user_id, seq, kind, payload)
select user_id, last_seq, 'transfer.undone', pg_catalog.jsonb_build_object('transfer_id', $2::uuid)
from heads
