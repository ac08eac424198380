-- why: the head comes last, so that the events of the deletion before go with it
with events as (
  select pg_catalog.count(*) as n from research_events where user_id = $1
), heads as (
  delete from research_event_heads where user_id = $1
), keys as (
  delete from research_idempotency_keys where user_id = $1 returning key
), claims as (
  delete from research_transfer_claims where user_id = $1 returning id
), transfers as (
  delete from research_transfers where user_id = $1 returning id
), marks as (
  delete from research_transferred_users where user_id = $1
), profiles as (
  delete from research_profiles where id = $1 returning id
)
select events.n as events,
  (select pg_catalog.count(*) from keys) as keys,
  (select pg_catalog.count(*) from claims) as claims,
  (select pg_catalog.count(*) from transfers) as transfers,
  (select pg_catalog.count(*) from profiles) as profiles
from events
