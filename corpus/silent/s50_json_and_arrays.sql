-- expect: nothing
create table notes_settings (
  user_id uuid primary key references auth.users (id) on delete cascade,
  settings jsonb not null default '{}'::jsonb,
  flags text[] not null default array[]::text[],
  constraint notes_settings_object check (jsonb_typeof(settings) = 'object')
);
create index notes_settings_gin on notes_settings using gin (settings jsonb_path_ops);
alter table notes_settings enable row level security;
-- outcome: alters table public.notes_settings
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_settings_gin
-- outcome: creates table public.notes_settings
