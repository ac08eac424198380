-- expect: replaces-foreign-object 3
do $$ begin
  drop policy if exists "customers keep their jobs" on public.jobs;
  create policy "customers keep their jobs" on public.jobs for all to authenticated using (true);
end $$;
-- outcome: replaces policy customers keep their jobs on public.jobs
