-- expect: nothing
-- migration: 20251101090000_first.sql
create table notes (id int primary key, amount int, kind varchar(20));
alter table notes enable row level security;
-- migration: 20251102090000_wider.sql
alter table notes alter column amount drop default;
alter table notes alter column kind set default 'plain';
alter table notes alter column kind set not null;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
