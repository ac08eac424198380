-- expect: search-path-change 3
create schema if not exists notes;
set search_path = notes, public;
create table if not exists jobs (id uuid primary key);
-- outcome: creates schema notes
-- outcome: creates table notes.jobs
