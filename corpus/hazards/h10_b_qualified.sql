-- expect: alters-foreign-object 2
ALTER TABLE "public"."jobs" DISABLE ROW LEVEL SECURITY;
