-- expect: writes-foreign-rows 7
-- there:
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
insert into supabase_migrations.schema_migrations (version, name) values ('20260101000006', 'job_board');
-- migration: 20260201000000_repair.sql
delete from supabase_migrations.schema_migrations where version < '20260201000000';
-- outcome: writes_rows table supabase_migrations.schema_migrations
