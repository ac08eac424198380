-- Gives an account an address, which makes an anonymous one permanent.
update auth.users
set email = $2,
  email_confirmed_at = pg_catalog.now(),
  is_anonymous = false,
  raw_app_meta_data = coalesce(raw_app_meta_data, '{}')
    || '{"provider": "email", "providers": ["email"]}',
  updated_at = pg_catalog.now()
where id = $1
