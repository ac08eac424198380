-- expect: rls-off 2
create table secrets (id uuid primary key, token text);
grant select on secrets to anon;
-- outcome: creates table public.secrets
-- outcome: grants table public.secrets
