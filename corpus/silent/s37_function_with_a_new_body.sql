-- expect: nothing
-- migration: 20251101090000_first.sql
create function notes_slug(title text) returns text language sql immutable set search_path = '' as $$
  select lower(title)
$$;
-- migration: 20251102090000_better.sql
create or replace function notes_slug(title text) returns text language sql immutable set search_path = '' as $$
  select trim(both '-' from regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g'))
$$;
-- outcome: creates function public.notes_slug(text)
-- outcome: replaces function public.notes_slug(text)
