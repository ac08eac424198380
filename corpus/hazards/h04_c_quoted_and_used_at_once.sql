-- expect: replaces-foreign-object 4
create table notes (id uuid primary key, updated_at timestamptz);
alter table notes enable row level security;
create or replace function "public"."update_updated_at_column"()
  returns trigger language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
create trigger notes_touch before update on notes
  for each row execute function update_updated_at_column();
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: creates trigger notes_touch on public.notes
-- outcome: replaces function public.update_updated_at_column()
