-- The session's next refresh token; the one it was made for, if any, is its parent.
insert into auth.refresh_tokens (
  instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id
) values (
  '00000000-0000-0000-0000-000000000000', $1, $2::uuid::text, false, pg_catalog.now(),
  pg_catalog.now(), $3, $4
)
