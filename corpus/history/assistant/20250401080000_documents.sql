-- A chat that answers from documents: embeddings, storage, queues.
create extension if not exists vector with schema extensions;
create extension if not exists pgmq;

create table assistant_profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create table assistant_documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  path text not null unique,
  created_at timestamptz not null default now()
);
create index assistant_documents_owner on assistant_documents (owner_id);
create table assistant_sections (
  id bigint generated always as identity primary key,
  document_id uuid not null references assistant_documents (id) on delete cascade,
  owner_id uuid not null references auth.users (id) on delete cascade,
  content text not null,
  embedding extensions.vector(8)
);
create index assistant_sections_document on assistant_sections (document_id);
create index assistant_sections_owner on assistant_sections (owner_id);
create index assistant_sections_embedding on assistant_sections
  using hnsw (embedding extensions.vector_ip_ops);
alter table assistant_profiles enable row level security;
alter table assistant_documents enable row level security;
alter table assistant_sections enable row level security;
