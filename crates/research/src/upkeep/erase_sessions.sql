-- why: drafts go with their sessions, and are counted before
with drafts as (
  select pg_catalog.count(*) as drafts, coalesce(pg_catalog.sum(size_bytes), 0)::bigint as bytes
  from draft_files where user_id = $1
), gone as (
  delete from research_sessions where user_id = $1 returning id
)
select (select pg_catalog.count(*) from gone) as sessions, drafts.drafts, drafts.bytes from drafts
