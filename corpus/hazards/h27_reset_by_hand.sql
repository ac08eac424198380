-- expect: drops-foreign-object 2
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('drop table if exists public.%I cascade', t);
  end loop;
end $$;
-- outcome: alters publication supabase_realtime
-- outcome: drops table public.jobs
-- outcome: drops table public.profiles
-- outcome: drops table public.users
-- outcome: drops view public.active_users
