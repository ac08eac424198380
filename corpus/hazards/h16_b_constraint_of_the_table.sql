-- expect: foreign-key-set-null-not-null 6
create table notes (
  id uuid primary key,
  user_id uuid not null,
  constraint notes_user foreign key (user_id)
    references auth.users (id) on delete set null
);
alter table notes enable row level security;
create index notes_user_id on notes (user_id);
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
