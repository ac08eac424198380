-- The account that signs in with an address, which is kept in lower case. The nil instance is the only one
-- that the sign-in service looks at.
select
  users.id, users.aud, users.role, users.email, users.encrypted_password, users.email_confirmed_at,
  users.confirmed_at, users.last_sign_in_at, users.created_at, users.updated_at,
  coalesce(users.raw_app_meta_data, '{}') as app_metadata,
  coalesce(users.raw_user_meta_data, '{}') as user_metadata,
  users.is_anonymous,
  coalesce(users.banned_until > pg_catalog.now(), false) as banned
from auth.users
where lower(users.email) = $1
  and not users.is_sso_user
  and users.instance_id = '00000000-0000-0000-0000-000000000000'
  and users.deleted_at is null
