-- expect: rls-off 3
-- allow: rls-off public.gone because only the server reads it
create table notes (id uuid primary key);
-- outcome: creates table public.notes
