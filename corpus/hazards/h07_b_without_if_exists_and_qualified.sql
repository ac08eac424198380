-- expect: drops-foreign-object 2
DROP TABLE public.profiles CASCADE;
-- outcome: drops table public.profiles
