-- expect: nothing
create domain notes_slug as text check (value ~ '^[a-z0-9-]+$');
create table notes_pages (
  id uuid primary key default gen_random_uuid(),
  slug notes_slug not null unique,
  position int not null default 0,
  constraint notes_pages_position check (position >= 0)
);
alter table notes_pages enable row level security;
-- outcome: alters table public.notes_pages
-- outcome: creates table public.notes_pages
-- outcome: creates type public.notes_slug
