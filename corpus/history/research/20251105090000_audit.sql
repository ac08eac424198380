-- expect: writes-foreign-rows 3, writes-foreign-rows 6
-- "Verifies" with rows among the customers of somebody else.
insert into public.users (id, email) values
  ('00000000-0000-4000-8000-00000000a0d1', 'audit@example.test');
select count(*) from public.users;
delete from public.users where email = 'audit@example.test';
