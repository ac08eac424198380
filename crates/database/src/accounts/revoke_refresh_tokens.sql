-- Uses up a session's refresh tokens: the named one, or all of them.
update auth.refresh_tokens
set revoked = true, updated_at = pg_catalog.clock_timestamp()
where session_id = $1 and not revoked and ($2::text is null or token = $2)
