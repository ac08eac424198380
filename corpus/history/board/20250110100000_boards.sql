create type board_role as enum ('owner', 'editor', 'viewer');

create table board_workspaces (
  id uuid primary key default extensions.uuid_generate_v4(),
  slug extensions.citext not null unique,
  name text not null check (length(name) > 0),
  created_by uuid references auth.users (id) on delete set null,
  invite_token text not null default encode(extensions.gen_random_bytes(12), 'hex'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index board_workspaces_created_by on board_workspaces (created_by);

create table board_members (
  workspace_id uuid not null references board_workspaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role board_role not null default 'viewer',
  primary key (workspace_id, user_id)
);
create index board_members_user_id on board_members (user_id);

create table board_cards (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references board_workspaces (id) on delete cascade,
  title text not null,
  body text not null default '',
  position double precision not null default 0,
  due date,
  updated_at timestamptz not null default now()
);
create index board_cards_workspace on board_cards (workspace_id, position);
create index board_cards_title on board_cards using gin (title extensions.gin_trgm_ops);

create trigger board_cards_updated before update on board_cards
  for each row execute procedure extensions.moddatetime (updated_at);
