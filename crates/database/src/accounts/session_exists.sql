-- Whether a user's session was not ended yet.
select exists (
  select from auth.sessions where sessions.id = $1 and sessions.user_id = $2
)
