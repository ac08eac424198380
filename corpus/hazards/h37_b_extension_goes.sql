-- expect: drops-foreign-object 6
-- there:
create extension citext with schema extensions;
create table public.letters (id uuid primary key, recipient extensions.citext);
-- migration: 20251103090000_clean.sql
drop extension citext cascade;
-- outcome: alters table public.letters
-- outcome: drops extension citext
-- outcome: drops function extensions.citext(boolean)
-- outcome: drops function extensions.citext(character)
-- outcome: drops function extensions.citext(inet)
