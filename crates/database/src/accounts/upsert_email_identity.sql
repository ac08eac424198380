-- The identity of those who sign in with an address and a password.
insert into auth.identities (
  provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
) values (
  $1::uuid::text, $1,
  pg_catalog.jsonb_build_object(
    'sub', $1::uuid::text, 'email', $2::text, 'email_verified', false, 'phone_verified', false
  ),
  'email', pg_catalog.now(), pg_catalog.now(), pg_catalog.now()
)
on conflict (provider_id, provider) do update
set identity_data = excluded.identity_data, updated_at = excluded.updated_at
