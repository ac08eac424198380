-- expect: skipped-different-shape 4
create table notes (id uuid primary key, done boolean not null default false, body text);
alter table notes enable row level security;
create index if not exists "jobs_waiting_idx" on notes using btree (id) where not done;
create index if not exists notes_body on notes (body);
-- outcome: alters table public.notes
-- outcome: creates index public.notes_body
-- outcome: creates table public.notes
-- outcome: skipped_different_shape index public.jobs_waiting_idx
