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
