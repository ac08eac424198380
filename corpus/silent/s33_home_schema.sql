-- expect: nothing
-- schema: notes
create type status as enum ('open', 'done');
create table users_settings (
  user_id uuid primary key references auth.users (id) on delete cascade,
  theme text not null default 'light'
);
alter table users_settings enable row level security;
create policy own on users_settings to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update on users_settings to authenticated;
-- outcome: alters table notes.users_settings
-- outcome: attaches_to table auth.users
-- outcome: creates policy own on notes.users_settings
-- outcome: creates table notes.users_settings
-- outcome: creates type notes.status
-- outcome: grants table notes.users_settings
