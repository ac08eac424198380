-- why: all at once, one event each
update research_sessions
set archived_at = case when $3 then pg_catalog.now() end
where user_id = $1 and id = any ($2)
returning id
