insert into storage.buckets (id, name, public) values ('assistant-files', 'assistant-files', false)
on conflict (id) do nothing;
create policy "Assistant: own files" on storage.objects for all to authenticated
  using (bucket_id = 'assistant-files' and owner = (select auth.uid()))
  with check (bucket_id = 'assistant-files' and (storage.foldername(name))[1] = (select auth.uid())::text);

