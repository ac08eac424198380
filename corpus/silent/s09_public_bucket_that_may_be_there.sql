-- expect: nothing
insert into storage.buckets (id, name, public) values ('notes-covers', 'notes-covers', true)
on conflict (id) do nothing;
create policy "Notes: anybody sees covers" on storage.objects for select to anon, authenticated
  using (bucket_id = 'notes-covers' and storage.extension(name) in ('png', 'jpg', 'webp'));
-- outcome: attaches_to table storage.objects
-- outcome: creates policy Notes: anybody sees covers on storage.objects
-- outcome: writes_rows table storage.buckets
