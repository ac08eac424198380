-- expect: drops-foreign-object 2, drops-with-cascade 2
drop type job_status cascade;
-- outcome: alters table public.jobs
-- outcome: drops type public.job_status
