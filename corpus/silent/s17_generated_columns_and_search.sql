-- expect: nothing
create table notes (
  id uuid primary key default gen_random_uuid(),
  title text not null,
  body text not null,
  words int generated always as (array_length(regexp_split_to_array(body, '\s+'), 1)) stored,
  search tsvector generated always as (to_tsvector('english', title || ' ' || body)) stored
);
alter table notes enable row level security;
create index notes_search on notes using gin (search);
-- outcome: alters table public.notes
-- outcome: creates index public.notes_search
-- outcome: creates table public.notes
