-- expect: drops-foreign-object 6, drops-with-cascade 6
-- there:
create domain public.email_address as text check (value like '%@%');
create table public.letters (id uuid primary key, recipient public.email_address);
-- migration: 20251103090000_email.sql
drop domain if exists email_address cascade;
create domain email_address as text;
-- outcome: alters table public.letters
-- outcome: creates type public.email_address
-- outcome: drops type public.email_address
