-- expect: skipped-different-shape 2
create table if not exists jobs as select 1 as id, 'x'::text as title;
-- outcome: skipped_different_shape table public.jobs
