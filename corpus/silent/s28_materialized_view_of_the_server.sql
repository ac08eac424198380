-- expect: nothing
create table notes (id uuid primary key, tag text);
alter table notes enable row level security;
create materialized view notes_tags as select tag, count(*) as uses from notes group by tag;
create unique index notes_tags_tag on notes_tags (tag);
revoke all on notes_tags from anon, authenticated;
-- outcome: alters table public.notes
-- outcome: creates index public.notes_tags_tag
-- outcome: creates table public.notes
-- outcome: creates view public.notes_tags
-- outcome: grants view public.notes_tags
