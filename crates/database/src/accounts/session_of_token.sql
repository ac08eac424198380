-- The session that a refresh token belongs to.
select tokens.session_id from auth.refresh_tokens as tokens where tokens.token = $1
