-- expect: guard-hides-collision 7
create table notes (id uuid primary key, updated_at timestamptz not null default now());
alter table notes enable row level security;
create function notes_touch() returns trigger language plpgsql set search_path = '' as $$
begin new.updated_at := now(); return new; end $$;
do $$ begin
  if not exists (select 1 from pg_trigger where tgname = 'jobs_touch') then
    create trigger jobs_touch before update on notes for each row execute function notes_touch();
  end if;
end $$;
-- outcome: alters table public.notes
-- outcome: creates function public.notes_touch()
-- outcome: creates table public.notes
-- outcome: not_evaluated trigger jobs_touch on public.notes
