-- expect: nothing
do $$
begin
  if not exists (select from pg_roles where rolname = 'notes_reader') then
    create role notes_reader nologin;
  end if;
end
$$;
create table notes (id uuid primary key);
alter table notes enable row level security;
grant select on notes to notes_reader;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
