-- expect: nothing
create table notes (id uuid primary key default gen_random_uuid(), title text);
alter table notes enable row level security;
create temporary table import (title text) on commit drop;
insert into import (title) values ('one'), ('two');
insert into notes (title) select title from import;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: writes_rows table public.notes
