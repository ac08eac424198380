-- expect: alters-foreign-object 2, alters-foreign-object 3
alter table users rename to users_old;
alter table jobs rename column payload to body;
-- outcome: alters table public.jobs
