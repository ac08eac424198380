-- expect: skipped-different-shape 3
do $$ begin
  create table public.jobs (id uuid primary key, payload text);
exception when duplicate_table then raise notice 'already there';
end $$;
-- outcome: skipped_different_shape table public.jobs
