-- expect: rls-off 2
create table "notes_secrets" (id uuid primary key, token text);
alter table notes_secrets enable row level security;
alter table notes_secrets disable row level security;
grant all on notes_secrets to authenticated;
-- outcome: alters table public.notes_secrets
-- outcome: creates table public.notes_secrets
-- outcome: grants table public.notes_secrets
