-- expect: alters-foreign-object 2
ALTER TABLE "public"."jobs" DISABLE ROW LEVEL SECURITY;
-- outcome: alters table public.jobs
