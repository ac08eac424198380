-- expect: skipped-different-shape 2
alter table users add column if not exists total_jobs text not null default 'none';
-- outcome: skipped_different_shape column public.users.total_jobs
