-- expect: foreign-key-without-cascade 7
create table notes (id uuid primary key, user_id uuid not null);
alter table notes enable row level security;
create index notes_user_id on notes (user_id);
do $$ begin
  alter table notes add constraint notes_user foreign key (user_id)
    references auth.users (id) not valid;
exception when duplicate_object then null;
end $$;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates constraint notes_user on public.notes
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
