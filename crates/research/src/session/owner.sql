-- why: whose a session is, for whoever runs the store.
select user_id from research_sessions where id = $1
