-- why: from now on the giver's writes are refused, the claim is used, and both sides are told
with marked as (
  insert into research_transferred_users (user_id, transfer_id, receiver_id) values ($1, $3, $2)
), used as (
  update research_transfer_claims set transfer_id = $3 where user_id = $1 and id = $4
), heads as (
  insert into research_event_heads as h (user_id, last_seq)
  select side.id, 1 from (values ($1::uuid), ($2)) as side (id) order by side.id
  on conflict (user_id) do update set last_seq = h.last_seq + 1
  returning user_id, last_seq
)
insert into research_events (user_id, seq, kind, payload)
select user_id, last_seq, case when user_id = $1 then 'transfer.out' else 'transfer.in' end,
  pg_catalog.jsonb_build_object('transfer_id', $3::uuid)
from heads
returning seq
