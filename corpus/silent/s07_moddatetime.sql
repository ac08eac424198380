-- expect: nothing
create extension if not exists moddatetime schema extensions;
create table notes (id uuid primary key, updated_at timestamptz not null default now());
alter table notes enable row level security;
create trigger notes_modified before update on notes
  for each row execute procedure extensions.moddatetime (updated_at);
