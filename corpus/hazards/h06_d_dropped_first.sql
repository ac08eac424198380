-- expect: drops-foreign-object 2
drop view if exists active_users;
create view active_users with (security_invoker = true) as select 1 as id;
-- outcome: creates view public.active_users
-- outcome: drops view public.active_users
