-- expect: rls-off 2
create table notes_secrets (id uuid primary key, token text);
GRANT SELECT ON notes_secrets TO PUBLIC;
-- outcome: creates table public.notes_secrets
-- outcome: grants table public.notes_secrets
