-- expect: skipped-different-shape 2, skipped-different-shape 3, skipped-different-shape 6
create table if not exists users (id bigint generated always as identity primary key, handle text);
create table if not exists jobs (id bigint generated always as identity primary key, title text);
create table if not exists notes_tags (id bigint generated always as identity primary key, label text);
alter table notes_tags enable row level security;
create table if not exists profiles (id bigint generated always as identity primary key, bio text);
-- outcome: alters table public.notes_tags
-- outcome: creates table public.notes_tags
-- outcome: skipped_different_shape table public.jobs
-- outcome: skipped_different_shape table public.profiles
-- outcome: skipped_different_shape table public.users
