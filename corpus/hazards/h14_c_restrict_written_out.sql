-- expect: foreign-key-without-cascade 5
create table notes (id uuid primary key, user_id uuid not null);
alter table notes enable row level security;
create index notes_user_id on notes (user_id);
alter table notes add foreign key (user_id) references "auth"."users" ("id") on delete restrict;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates constraint notes_user_id_fkey on public.notes
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
