-- expect: replaces-foreign-object 3
do $$ begin
  drop type if exists job_status cascade;
  create type job_status as enum ('todo', 'done');
end $$;
-- outcome: alters table public.jobs
-- outcome: drops index public.jobs_waiting_idx
-- outcome: replaces type public.job_status
