-- expect: row-trigger-recounts 15, trigger-row-missing 15, update-grant-on-kept-columns 17
create table folders (id uuid primary key, files int not null default 0);
create table files (id uuid primary key, folder_id uuid not null references folders (id) on delete cascade);
create index files_folder on files (folder_id);
alter table folders enable row level security;
alter table files enable row level security;
create function folders_recount() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    update public.folders set files = (select count(*) from public.files as f where f.folder_id = new.folder_id)
    where id = new.folder_id;
  end if;
  return null;
end $$;
create trigger folders_recount after insert or delete on files
  for each row execute function folders_recount();
grant select, update on folders to authenticated;
-- outcome: alters table public.files
-- outcome: alters table public.folders
-- outcome: creates function public.folders_recount()
-- outcome: creates index public.files_folder
-- outcome: creates table public.files
-- outcome: creates table public.folders
-- outcome: creates trigger folders_recount on public.files
-- outcome: grants table public.folders
