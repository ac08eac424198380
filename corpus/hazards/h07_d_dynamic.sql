-- expect: drops-foreign-object 2
do $$ begin
  execute 'drop table if exists ' || 'public.' || 'jobs';
end $$;
-- outcome: alters publication supabase_realtime
-- outcome: drops table public.jobs
