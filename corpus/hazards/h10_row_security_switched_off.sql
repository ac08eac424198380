-- expect: alters-foreign-object 2
alter table users disable row level security;
-- outcome: alters table public.users
