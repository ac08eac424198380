-- expect: nothing
create extension if not exists vector with schema extensions;
create table notes_embeddings (
  id bigint generated always as identity primary key,
  content text not null,
  embedding extensions.vector(3) not null
);
alter table notes_embeddings enable row level security;
create index notes_embeddings_hnsw on notes_embeddings using hnsw (embedding extensions.vector_cosine_ops);
create function notes_match(query extensions.vector(3), most int) returns table (id bigint, similarity float)
language sql stable set search_path = '' as $$
  select e.id, 1 - (e.embedding operator(extensions.<=>) query) from public.notes_embeddings as e
  order by e.embedding operator(extensions.<=>) query limit most
$$;
