-- expect: nothing
create schema notes_private;
create table public.notes_members (
  team_id uuid not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (team_id, user_id)
);
create index notes_members_user_id on public.notes_members (user_id);
alter table public.notes_members enable row level security;
create function notes_private.is_member(team uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.notes_members as m where m.team_id = team and m.user_id = (select auth.uid())
  )
$$;
revoke execute on function notes_private.is_member(uuid) from public;
grant usage on schema notes_private to authenticated;
grant execute on function notes_private.is_member(uuid) to authenticated;
create policy notes_members_read on public.notes_members for select to authenticated
  using (user_id = (select auth.uid()) or notes_private.is_member(team_id));
grant select on public.notes_members to authenticated;
-- outcome: alters table public.notes_members
-- outcome: attaches_to table auth.users
-- outcome: creates function notes_private.is_member(uuid)
-- outcome: creates index public.notes_members_user_id
-- outcome: creates policy notes_members_read on public.notes_members
-- outcome: creates schema notes_private
-- outcome: creates table public.notes_members
-- outcome: grants function notes_private.is_member(uuid)
-- outcome: grants schema notes_private
-- outcome: grants table public.notes_members
