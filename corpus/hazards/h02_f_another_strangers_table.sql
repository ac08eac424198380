-- expect: attaches-to-foreign-object 4
create table notes (
  id uuid primary key,
  job_id uuid references jobs (id) on delete cascade
);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.jobs
-- outcome: creates table public.notes
