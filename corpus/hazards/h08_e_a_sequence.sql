-- expect: drops-foreign-object 2, alters-foreign-object 2
drop sequence if exists job_numbers cascade;
-- outcome: alters table public.jobs
-- outcome: drops sequence public.job_numbers
