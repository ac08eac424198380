-- expect: alters-foreign-object 2
alter table users drop column last_seen;
-- outcome: alters table public.users
