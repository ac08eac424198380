-- A new session of an account.
insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
values ($1, $2, pg_catalog.now(), pg_catalog.now(), 'aal1', $3, $4::text::inet)
