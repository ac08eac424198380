-- expect: drops-foreign-object 2, attaches-to-foreign-object 5
drop policy if exists "customers see themselves" on users;
create policy notes_files on storage.objects for all to authenticated
  using (bucket_id = 'notes') with check (bucket_id = 'notes');
create policy notes_buckets on storage.buckets for select to authenticated using (true);
