-- The nearest passages that the caller may read: SECURITY INVOKER, so that row-level security decides.

create function find_passages(query vector(384), most integer default 10)
  returns table (document_id uuid, number integer, content text, similarity double precision)
  language sql
  stable
  set search_path from current
as $$
  select passages.document_id, passages.number, passages.content, 1 - (passages.embedding <=> query)
  from passages
  order by passages.embedding <=> query
  limit least(most, 100)
$$;

revoke execute on function find_passages(vector, integer) from public;
grant execute on function find_passages(vector, integer) to authenticated;
