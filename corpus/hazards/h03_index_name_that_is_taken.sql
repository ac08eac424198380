-- expect: skipped-different-shape 4
create table notes (id uuid primary key, title text);
alter table notes enable row level security;
create index if not exists jobs_waiting_idx on notes (title);
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: skipped_different_shape index public.jobs_waiting_idx
