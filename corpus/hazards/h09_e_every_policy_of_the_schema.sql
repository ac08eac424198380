-- expect: drops-foreign-object 2
do $$
declare p record;
begin
  for p in select policyname, tablename from pg_policies where schemaname = 'public' loop
    execute format('drop policy %I on public.%I', p.policyname, p.tablename);
  end loop;
end $$;
-- outcome: drops policy customers keep their jobs on public.jobs
-- outcome: drops policy customers see themselves on public.users
-- outcome: drops policy everybody sees profiles on public.profiles
