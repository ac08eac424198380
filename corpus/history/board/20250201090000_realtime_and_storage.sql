alter table board_cards replica identity full;
do $$
begin
  if not exists (
    select 1 from pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'board_cards'
  ) then
    alter publication supabase_realtime add table board_cards;
  end if;
end
$$;

insert into storage.buckets (id, name, public, file_size_limit)
values ('board-attachments', 'board-attachments', false, 52428800);
create policy "Board: members read attachments" on storage.objects for select to authenticated
  using (
    bucket_id = 'board-attachments'
    and board_private.has_role(((storage.foldername(name))[1])::uuid, array['owner', 'editor', 'viewer']::public.board_role[])
  );
create policy "Board: editors add attachments" on storage.objects for insert to authenticated
  with check (
    bucket_id = 'board-attachments'
    and board_private.has_role(((storage.foldername(name))[1])::uuid, array['owner', 'editor']::public.board_role[])
  );
