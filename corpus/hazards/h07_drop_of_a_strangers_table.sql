-- expect: drops-foreign-object 2, drops-with-cascade 2
drop table if exists users cascade;
-- outcome: drops table public.users
