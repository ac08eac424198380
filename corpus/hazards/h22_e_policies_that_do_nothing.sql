-- expect: policy-without-rls 5
create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
grant select on notes to authenticated;
create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
