-- expect: alters-foreign-object 2
alter type job_status add value if not exists 'archived';
-- outcome: alters type public.job_status
