-- why: who asks for events that are gone has to be told so
with events as (
  delete from research_events
  where created_at < pg_catalog.now() - pg_catalog.make_interval(secs => $1)
  returning user_id, seq
), heads as (
  update research_event_heads as h set pruned_seq = tops.seq
  from (select user_id, pg_catalog.max(seq) as seq from events group by user_id) as tops
  where h.user_id = tops.user_id and h.pruned_seq < tops.seq
), keys as (
  delete from research_idempotency_keys where expires_at < pg_catalog.now() returning key
), claims as (
  delete from research_transfer_claims
  where expires_at < pg_catalog.now() - pg_catalog.make_interval(secs => $2)
  returning id
), tickets as (
  delete from research_stream_tickets where expires_at < pg_catalog.now()
)
select (select pg_catalog.count(*) from events) as events,
  (select pg_catalog.count(*) from keys) as keys,
  (select pg_catalog.count(*) from claims) as claims
