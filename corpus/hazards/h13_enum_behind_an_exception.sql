-- expect: skipped-different-shape 3
do $$ begin
  create type job_status as enum ('open', 'closed');
exception when duplicate_object then null;
end $$;
-- outcome: skipped_different_shape type public.job_status
