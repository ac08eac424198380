-- expect: foreign-key-not-to-auth-users 7
create table notes (id uuid primary key, user_id uuid not null);
alter table notes enable row level security;
do $$ begin
  if not exists (select from pg_constraint where conname = 'notes_user_id_fkey' and conrelid = 'notes'::regclass) then
    alter table notes add constraint notes_user_id_fkey
      foreign key (user_id) references users (id) on delete cascade;
  end if;
end $$;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.users
-- outcome: creates constraint notes_user_id_fkey on public.notes
-- outcome: creates table public.notes
