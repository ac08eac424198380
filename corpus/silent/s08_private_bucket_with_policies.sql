-- expect: nothing
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('notes-attachments', 'notes-attachments', false, 10485760, array['image/png', 'application/pdf']);

create policy "Notes: read own attachments" on storage.objects for select to authenticated
  using (bucket_id = 'notes-attachments' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "Notes: add own attachments" on storage.objects for insert to authenticated
  with check (bucket_id = 'notes-attachments' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "Notes: delete own attachments" on storage.objects for delete to authenticated
  using (bucket_id = 'notes-attachments' and (storage.foldername(name))[1] = (select auth.uid())::text);
-- outcome: attaches_to table storage.objects
-- outcome: creates policy Notes: add own attachments on storage.objects
-- outcome: creates policy Notes: delete own attachments on storage.objects
-- outcome: creates policy Notes: read own attachments on storage.objects
-- outcome: writes_rows table storage.buckets
