-- expect: nothing
create schema if not exists extensions;
create extension if not exists pg_trgm with schema extensions;
create table notes (id uuid primary key, title text);
create index notes_title on notes using gin (title extensions.gin_trgm_ops);
alter table notes enable row level security;
