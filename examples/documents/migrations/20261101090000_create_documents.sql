-- Documents and the passages they are cut into, each with its embedding. Both say whose they are, so that
-- retrieval is held to the same rule as reading: a passage is found by nobody who may not read its document.

create extension if not exists vector with schema extensions;

create table documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users on delete cascade,
  title text not null,
  created_at timestamptz not null default now(),
  -- what the passages reference, so that a passage cannot have another owner than its document
  unique (owner_id, id)
);

create table passages (
  document_id uuid not null,
  number integer not null,
  owner_id uuid not null,
  content text not null,
  embedding vector(384) not null,
  primary key (document_id, number),
  foreign key (owner_id, document_id) references documents (owner_id, id) on delete cascade
);

create index passages_owner_id_document_id on passages (owner_id, document_id);
create index passages_embedding on passages using hnsw (embedding vector_cosine_ops);

grant select, insert, update, delete on documents, passages to authenticated, service_role;

alter table documents enable row level security;
alter table passages enable row level security;

create policy documents_own on documents to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy passages_own on passages to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
