-- expect: replaces-foreign-object 2
create or replace view active_users as
  select id, email, active_jobs from users where false;
-- outcome: replaces view public.active_users
