-- expect: writes-foreign-rows 6
-- there:
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
-- migration: 20260201000000_repair.sql
insert into supabase_migrations.schema_migrations (version, name) values ('20260131000000', 'done by hand');
-- outcome: writes_rows table supabase_migrations.schema_migrations
