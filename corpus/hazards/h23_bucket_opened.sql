-- expect: bucket-upsert 3
insert into storage.buckets (id, name, public) values ('job-files', 'job-files', true)
  on conflict (id) do update set public = true;
-- outcome: writes_rows table storage.buckets
