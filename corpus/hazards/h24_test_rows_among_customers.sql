-- expect: writes-foreign-rows 2, writes-foreign-rows 4
insert into users (id, email)
  values ('00000000-0000-4000-8000-000000000001', 'probe@example.test');
delete from users where email like '%@example.test';
-- outcome: writes_rows table public.jobs
-- outcome: writes_rows table public.users
