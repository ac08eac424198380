-- why: all at once; which may move was found out under the lock
update research_sessions
set status = $3::text::session_status
where user_id = $1 and id = any ($2)
returning id
