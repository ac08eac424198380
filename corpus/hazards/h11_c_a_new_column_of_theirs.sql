-- expect: alters-foreign-object 2
alter table "users" add column if not exists is_anonymous boolean not null default false;
-- outcome: alters table public.users
