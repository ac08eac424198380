-- expect: nothing
create table notes_folders (
  id uuid primary key default gen_random_uuid(),
  parent_id uuid references notes_folders (id) on delete cascade,
  name text not null
);
create index notes_folders_parent on notes_folders (parent_id);
alter table notes_folders enable row level security;
-- outcome: alters table public.notes_folders
-- outcome: creates index public.notes_folders_parent
-- outcome: creates table public.notes_folders
