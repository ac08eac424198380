-- expect: trigger-column-missing 5
create table notes (id uuid primary key, body text);
alter table notes enable row level security;
create trigger notes_touch before update on
  notes for each row execute function update_updated_at_column();
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: creates trigger notes_touch on public.notes
