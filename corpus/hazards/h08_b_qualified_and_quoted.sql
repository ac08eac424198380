-- expect: drops-foreign-object 2, drops-with-cascade 2
DROP TYPE IF EXISTS "public"."job_status" CASCADE;
CREATE TYPE "public"."job_status" AS ENUM ('todo', 'done');
-- outcome: alters table public.jobs
-- outcome: creates type public.job_status
-- outcome: drops type public.job_status
