-- A domain with a constraint was not made again on the mirror.
-- standing: research
create domain mood as text check (value <> '');
-- migration
create table users (id uuid primary key default gen_random_uuid(), feels mood);
