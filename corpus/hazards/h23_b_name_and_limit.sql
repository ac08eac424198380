-- expect: bucket-upsert 4
INSERT INTO "storage"."buckets" ("id", "name", "public", "file_size_limit")
VALUES ('job-files', 'job-files', true, 5242880)
ON CONFLICT ("id") DO UPDATE SET "public" = EXCLUDED."public",
  "file_size_limit" = EXCLUDED."file_size_limit";
-- outcome: writes_rows table storage.buckets
