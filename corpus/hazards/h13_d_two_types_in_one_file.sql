-- expect: skipped-different-shape 7
do $$ begin
  create type notes_kind as enum ('text', 'list');
exception when duplicate_object then null;
end $$;
do $do$ begin
  create type "job_status" as enum ('text', 'list');
exception when duplicate_object then null;
end $do$;
-- outcome: creates type public.notes_kind
-- outcome: skipped_different_shape type public.job_status
