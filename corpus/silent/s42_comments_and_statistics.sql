-- expect: nothing
create table notes (id uuid primary key, a int, b int);
alter table notes enable row level security;
comment on table notes is 'What people wrote down';
comment on column notes.a is E'@graphql({"name": "first"})';
create statistics notes_a_b (dependencies) on a, b from notes;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
