-- expect: writes-foreign-rows 2
update storage.buckets set public = true where id = 'job-files';
-- outcome: writes_rows table storage.buckets
