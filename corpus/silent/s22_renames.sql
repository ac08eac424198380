-- expect: nothing
-- migration: 20251101090000_first.sql
create table notes_todo (id uuid primary key, txt text);
alter table notes_todo enable row level security;
create index notes_todo_txt on notes_todo (txt);
-- migration: 20251102090000_renamed.sql
alter table notes_todo rename to notes_tasks;
alter index notes_todo_txt rename to notes_tasks_txt;
alter table notes_tasks rename constraint notes_todo_pkey to notes_tasks_pkey;
-- outcome: alters index public.notes_todo_pkey
-- outcome: alters index public.notes_todo_txt
-- outcome: alters table public.notes_todo
-- outcome: creates index public.notes_todo_txt
-- outcome: creates table public.notes_todo
