-- expect: writes-foreign-rows 5
create table notes (id uuid primary key, title text);
alter table notes enable row level security;
with gone as (
  delete from jobs where status = 'done' returning id
)
insert into notes (id, title) select id, 'from a job' from gone;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: writes_rows table public.jobs
-- outcome: writes_rows table public.notes
