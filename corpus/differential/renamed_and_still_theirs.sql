-- Under another name or in another schema, a stranger's table was taken for ours.
-- standing: nobody
create schema shop;
create table users (id uuid primary key default gen_random_uuid(), title text);
create table jobs (id uuid primary key references users, title text unique check (title <> ''));
create index idx_a on jobs (title);
-- standing: bakery
create table notes (id uuid primary key);
create type mood as enum ('happy');
-- migration
alter table jobs set schema shop;
alter table users rename to old_users;
alter table old_users add column amount bigint;
drop table notes;
create table notes (id bigint primary key);
drop type mood;
create type mood as (first text, second integer);
drop table old_users cascade;
