-- How the owner of a session proved who they are.
insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
values (pg_catalog.gen_random_uuid(), $1, pg_catalog.now(), pg_catalog.now(), $2)
