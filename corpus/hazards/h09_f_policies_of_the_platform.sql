-- expect: drops-foreign-object 2, attaches-to-foreign-object 5
drop policy if exists "customers see themselves" on users;
create policy notes_files on storage.objects for all to authenticated
  using (bucket_id = 'notes') with check (bucket_id = 'notes');
create policy notes_buckets on storage.buckets for select to authenticated using (true);
-- outcome: attaches_to table storage.buckets
-- outcome: attaches_to table storage.objects
-- outcome: creates policy notes_buckets on storage.buckets
-- outcome: creates policy notes_files on storage.objects
-- outcome: drops policy customers see themselves on public.users
