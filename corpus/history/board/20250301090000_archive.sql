alter type board_role add value if not exists 'guest';
alter table board_cards add column archived_at timestamptz;
create index board_cards_open on board_cards (workspace_id) where archived_at is null;
create view board_open_cards with (security_invoker = true) as
  select id, workspace_id, title, position, due from board_cards where archived_at is null;
grant select on board_open_cards to authenticated;
comment on view board_open_cards is 'Cards that are not archived';
