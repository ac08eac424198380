-- Whether a user's session was not ended yet: then there is a row.
select sessions.id from auth.sessions where sessions.id = $1 and sessions.user_id = $2
