-- expect: duplicate-index 4, duplicate-index 6
create table notes (id uuid primary key, slug text not null unique, at timestamptz);
alter table notes enable row level security;
create index notes_slug on notes (slug);
create index notes_at on notes (at desc);
CREATE INDEX IF NOT EXISTS notes_at_again ON public.notes USING btree (at DESC);
