-- expect: nothing
create schema if not exists extensions;
create extension if not exists pg_trgm with schema extensions;
create table notes (id uuid primary key, title text);
create index notes_title on notes using gin (title extensions.gin_trgm_ops);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: creates extension pg_trgm
-- outcome: creates function extensions.gin_extract_query_trgm(text, internal, smallint, internal, internal, internal, internal)
-- outcome: creates function extensions.gin_extract_value_trgm(text, internal)
-- outcome: creates function extensions.gin_trgm_consistent(internal, smallint, text, integer, internal, internal, internal, internal)
-- outcome: creates function extensions.gin_trgm_triconsistent(internal, smallint, text, integer, internal, internal, internal)
-- outcome: creates function extensions.gtrgm_compress(internal)
-- outcome: creates function extensions.gtrgm_consistent(internal, text, smallint, oid, internal)
-- outcome: creates function extensions.gtrgm_decompress(internal)
-- outcome: creates function extensions.gtrgm_distance(internal, text, smallint, oid, internal)
-- outcome: creates function extensions.gtrgm_in(cstring)
-- outcome: creates function extensions.gtrgm_options(internal)
-- outcome: creates function extensions.gtrgm_out(extensions.gtrgm)
-- outcome: creates function extensions.gtrgm_penalty(internal, internal, internal)
-- outcome: creates function extensions.gtrgm_picksplit(internal, internal)
-- outcome: creates function extensions.gtrgm_same(extensions.gtrgm, extensions.gtrgm, internal)
-- outcome: creates function extensions.gtrgm_union(internal, internal)
-- outcome: creates function extensions.set_limit(real)
-- outcome: creates function extensions.show_limit()
-- outcome: creates function extensions.show_trgm(text)
-- outcome: creates function extensions.similarity(text, text)
-- outcome: creates function extensions.similarity_dist(text, text)
-- outcome: creates function extensions.similarity_op(text, text)
-- outcome: creates function extensions.strict_word_similarity(text, text)
-- outcome: creates function extensions.strict_word_similarity_commutator_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_dist_commutator_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_dist_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_op(text, text)
-- outcome: creates function extensions.word_similarity(text, text)
-- outcome: creates function extensions.word_similarity_commutator_op(text, text)
-- outcome: creates function extensions.word_similarity_dist_commutator_op(text, text)
-- outcome: creates function extensions.word_similarity_dist_op(text, text)
-- outcome: creates function extensions.word_similarity_op(text, text)
-- outcome: creates index public.notes_title
-- outcome: creates table public.notes
