-- expect: trigger-column-missing 12
create table notes (id uuid primary key, title text, revision int not null default 1);
alter table notes enable row level security;
create function notes_count() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.titel is distinct from new.title then
    new.revision := old.revision + 1;
  end if;
  return new;
end $$;
create trigger notes_count before update on
  notes for each row execute function notes_count();
-- outcome: alters table public.notes
-- outcome: creates function public.notes_count()
-- outcome: creates table public.notes
-- outcome: creates trigger notes_count on public.notes
