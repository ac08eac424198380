-- expect: nothing
create table notes_folders (id uuid primary key, entries bigint not null default 0);
create table notes_entries (id uuid primary key, folder_id uuid not null references notes_folders (id) on delete cascade);
create index notes_entries_folder on notes_entries (folder_id);
alter table notes_folders enable row level security;
alter table notes_entries enable row level security;
create function notes_count_entries() returns trigger language plpgsql set search_path = '' as $$
begin
  update public.notes_folders as f set entries = f.entries + added.many
  from (select folder_id, count(*) as many from fresh group by folder_id) as added
  where f.id = added.folder_id;
  return null;
end;
$$;
create trigger notes_entries_count after insert on notes_entries
  referencing new table as fresh for each statement execute function notes_count_entries();
-- outcome: alters table public.notes_entries
-- outcome: alters table public.notes_folders
-- outcome: creates function public.notes_count_entries()
-- outcome: creates index public.notes_entries_folder
-- outcome: creates table public.notes_entries
-- outcome: creates table public.notes_folders
-- outcome: creates trigger notes_entries_count on public.notes_entries
