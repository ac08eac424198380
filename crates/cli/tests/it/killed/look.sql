-- The project's own part of the database, and what Lodger's history says of it, as one document.
select pg_catalog.jsonb_build_object(
  'labels', pg_catalog.to_regclass('public.labels') is not null,
  'color', pg_catalog.to_regtype('public.label_color') is not null,
  'touch', pg_catalog.to_regproc('public.labels_touch') is not null,
  'key', exists (select from pg_catalog.pg_constraint where conname = 'notes_user_id_fkey'),
  'validated', exists (
    select from pg_catalog.pg_constraint where conname = 'notes_user_id_fkey' and convalidated
  ),
  'comment', pg_catalog.obj_description('public.notes'::regclass, 'pg_class') is not null,
  'pinned', exists (
    select from pg_catalog.pg_attribute where attrelid = 'public.notes'::regclass and attname = 'pinned'
  ),
  'starred', exists (
    select from pg_catalog.pg_attribute where attrelid = 'public.notes'::regclass and attname = 'starred'
  ),
  'user_idx', (
    select indisvalid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass('public.notes_user_id_idx')
  ),
  'body_idx', (
    select indisvalid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass('public.notes_body_idx')
  ),
  'steps_done', (select pg_catalog.jsonb_object_agg(version, steps_done) from lodger.migrations),
  'steps', (
    select pg_catalog.jsonb_object_agg(version, pg_catalog.jsonb_array_length(steps)) from lodger.migrations
  ),
  'finished', (
    select pg_catalog.jsonb_object_agg(version, finished_at is not null) from lodger.migrations
  ),
  'claims', (select pg_catalog.jsonb_agg(identity order by identity) from lodger.objects),
  'claims_on_nothing', (
    select pg_catalog.count(*) from lodger.objects as o
    where o.class = 'relation' and not exists (select from pg_catalog.pg_class as c where c.oid = o.oid)
  ),
  'notes', (select pg_catalog.count(*) from public.notes)
)::text
