-- expect: alters-foreign-object 2
alter table public.jobs disable trigger jobs_touch;
-- outcome: alters trigger jobs_touch on public.jobs
