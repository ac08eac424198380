-- why: one text that differs when any row of a user was written, even with the same values: xmin is who wrote it last
select pg_catalog.md5(
  pg_catalog.string_agg(found.kind || found.writer || found.content, ',' order by found.kind, found.content)
)
from (
  select 'session' as kind, it.xmin::text as writer, it::text as content
  from research.research_sessions as it where it.user_id = $1
  union all
  select 'file', it.xmin::text, it::text from research.draft_files as it where it.user_id = $1
  union all
  select 'head', it.xmin::text, it::text from research.research_event_heads as it where it.user_id = $1
  union all
  select 'event', it.xmin::text, it::text from research.research_events as it where it.user_id = $1
  union all
  select 'key', it.xmin::text, it::text from research.research_idempotency_keys as it where it.user_id = $1
  union all
  select 'claim', it.xmin::text, it::text from research.research_transfer_claims as it where it.user_id = $1
  union all
  select 'ticket', it.xmin::text, it::text from research.research_stream_tickets as it where it.user_id = $1
  union all
  select 'transfer', it.xmin::text, it::text
  from research.research_transfers as it where $1 in (it.user_id, it.source_id)
  union all
  select 'given', it.xmin::text, it::text from research.research_transferred_users as it where it.user_id = $1
  union all
  select 'profile', it.xmin::text, it::text from research.research_profiles as it where it.id = $1
  union all
  select 'account', it.xmin::text, it::text from auth.users as it where it.id = $1
) as found
