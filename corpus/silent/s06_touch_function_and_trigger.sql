-- expect: nothing
create table notes (id uuid primary key default gen_random_uuid(), updated_at timestamptz not null default now());
alter table notes enable row level security;
create function notes_touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
create trigger notes_touch_updated_at before update on notes
  for each row execute function notes_touch_updated_at();
-- outcome: alters table public.notes
-- outcome: creates function public.notes_touch_updated_at()
-- outcome: creates table public.notes
-- outcome: creates trigger notes_touch_updated_at on public.notes
