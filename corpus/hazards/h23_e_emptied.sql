-- expect: writes-foreign-rows 2, writes-foreign-rows 3
delete from storage.objects where bucket_id = 'job-files';
delete from storage.buckets where id = 'job-files';
-- outcome: writes_rows table storage.buckets
