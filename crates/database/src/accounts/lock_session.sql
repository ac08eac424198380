-- Two who refresh one session at the same time take turns here.
select sessions.user_id from auth.sessions where sessions.id = $1 for update
