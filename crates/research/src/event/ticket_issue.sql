-- why: a ticket hangs on the head of the user's events, which comes with the first of them; tickets that nobody used go
-- with the next one
with head as (
  insert into research_event_heads (user_id) values ($1) on conflict (user_id) do nothing
), expired as (
  delete from research_stream_tickets where user_id = $1 and expires_at < pg_catalog.now()
)
insert into research_stream_tickets (user_id, secret_hash, claims) values ($1, $2, $3) returning expires_at
