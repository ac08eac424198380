-- expect: writes-foreign-rows 2
insert into auth.users (id, email) values ('00000000-0000-4000-8000-000000000002', 'seed@example.test')
  on conflict do nothing;
-- outcome: writes_rows table auth.users
-- outcome: writes_rows table public.profiles
