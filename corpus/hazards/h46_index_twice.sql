-- expect: duplicate-index 4, duplicate-index 6
create table notes (id uuid primary key, slug text not null unique, at timestamptz);
alter table notes enable row level security;
create index notes_slug on notes (slug);
create index notes_at on notes (at desc);
CREATE INDEX IF NOT EXISTS notes_at_again ON public.notes USING btree (at DESC);
-- outcome: alters table public.notes
-- outcome: creates index public.notes_at
-- outcome: creates index public.notes_at_again
-- outcome: creates index public.notes_slug
-- outcome: creates table public.notes
