-- expect: statement-fails 2, alters-foreign-object 3
alter table public.users owner to supabase_admin;
comment on table public.jobs is 'notes';
-- outcome: alters table public.jobs
-- outcome: fails table public.users
