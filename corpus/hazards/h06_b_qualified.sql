-- expect: replaces-foreign-object 2
create or replace view "public"."active_users" with (security_invoker = on) as
  select id, email, active_jobs from public.users where active_jobs > 100;
-- outcome: replaces view public.active_users
