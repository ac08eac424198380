-- A new account. The service reads the tokens as strings that are never null; nobody has to confirm an address,
-- because nothing is ever sent to one.
insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token,
  recovery_token, email_change_token_new, email_change, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, is_anonymous
) values (
  '00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2::text, $3,
  case when $2::text is not null then pg_catalog.now() end, '', '', '', '', $4, $5,
  pg_catalog.now(), pg_catalog.now(), $2::text is null
)
