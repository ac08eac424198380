create schema board_private;
grant usage on schema board_private to authenticated;

create function board_private.has_role(workspace uuid, wanted board_role[]) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.board_members as m
    where m.workspace_id = workspace and m.user_id = (select auth.uid()) and m.role = any (wanted)
  )
$$;
revoke execute on function board_private.has_role(uuid, board_role[]) from public;
grant execute on function board_private.has_role(uuid, board_role[]) to authenticated;

alter table board_workspaces enable row level security;
alter table board_members enable row level security;
alter table board_cards enable row level security;

create policy "Members see their workspaces" on board_workspaces for select to authenticated
  using (board_private.has_role(id, array['owner', 'editor', 'viewer']::board_role[]));
create policy "Members see each other" on board_members for select to authenticated
  using (board_private.has_role(workspace_id, array['owner', 'editor', 'viewer']::board_role[]));
create policy "Members see cards" on board_cards for select to authenticated
  using (board_private.has_role(workspace_id, array['owner', 'editor', 'viewer']::board_role[]));
create policy "Editors add cards" on board_cards for insert to authenticated
  with check (board_private.has_role(workspace_id, array['owner', 'editor']::board_role[]));
create policy "Editors change cards" on board_cards for update to authenticated
  using (board_private.has_role(workspace_id, array['owner', 'editor']::board_role[]))
  with check (board_private.has_role(workspace_id, array['owner', 'editor']::board_role[]));
grant select on board_workspaces, board_members to authenticated;
grant select, insert, update on board_cards to authenticated;
