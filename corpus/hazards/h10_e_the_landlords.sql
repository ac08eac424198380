-- expect: alters-foreign-object 2
alter table storage.objects disable row level security;
-- outcome: alters table storage.objects
