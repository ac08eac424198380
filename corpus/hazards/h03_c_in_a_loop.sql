-- expect: skipped-different-shape 4
create table notes (id uuid primary key, user_id uuid, created_at timestamptz);
alter table notes enable row level security;
do $$
declare one text;
begin
  foreach one in array array['user_id', 'created_at'] loop
    execute format('create index if not exists jobs_user_id_created_at_idx on notes (%I)', one);
  end loop;
end $$;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: skipped_different_shape index public.jobs_user_id_created_at_idx
