-- expect: alters-foreign-object 2
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute 'alter table public.' || quote_ident(t) || ' disable row level security';
  end loop;
end $$;
-- outcome: alters table public.jobs
-- outcome: alters table public.profiles
-- outcome: alters table public.users
