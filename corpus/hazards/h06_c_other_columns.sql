-- expect: statement-fails 2
create or replace view public.active_users as select id, email from public.users;
-- outcome: fails view public.active_users
