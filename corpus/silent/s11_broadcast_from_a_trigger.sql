-- expect: nothing
create table notes_boards (id uuid primary key, title text not null);
alter table notes_boards enable row level security;
create function notes_broadcast() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.broadcast_changes(
    'board:' || coalesce(new.id, old.id)::text, tg_op, tg_op, tg_table_name, tg_table_schema, new, old
  );
  return null;
end;
$$;
revoke execute on function notes_broadcast() from public, anon, authenticated;
create trigger notes_boards_broadcast after insert or update or delete on notes_boards
  for each row execute function notes_broadcast();
create policy "Notes: follow boards" on realtime.messages for select to authenticated
  using (realtime.topic() like 'board:%' and extension = 'broadcast');
-- outcome: alters table public.notes_boards
-- outcome: attaches_to table realtime.messages
-- outcome: creates function public.notes_broadcast()
-- outcome: creates policy Notes: follow boards on realtime.messages
-- outcome: creates table public.notes_boards
-- outcome: creates trigger notes_boards_broadcast on public.notes_boards
-- outcome: grants function public.notes_broadcast()
