-- expect: rls-off 3
-- migration: 20251103090000_secrets.sql
create table notes_secrets (id uuid primary key, token text);
-- migration: 20251104090000_open.sql
grant select, insert on table public.notes_secrets to anon, authenticated;
-- outcome: creates table public.notes_secrets
-- outcome: grants table public.notes_secrets
