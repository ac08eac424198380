-- expect: nothing
create extension if not exists citext with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create table notes_people (
  id uuid primary key references auth.users (id) on delete cascade,
  handle extensions.citext unique not null,
  display_name text not null default ''
);
alter table notes_people enable row level security;
create index notes_people_name on notes_people using gin (display_name extensions.gin_trgm_ops);
create policy notes_people_read on notes_people for select to authenticated using (true);
grant select on notes_people to authenticated;
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates extension citext
-- outcome: creates extension pg_trgm
-- outcome: creates function extensions.citext(boolean)
-- outcome: creates function extensions.citext(character)
-- outcome: creates function extensions.citext(inet)
-- outcome: creates function extensions.citext_cmp(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_eq(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_ge(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_gt(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_hash(extensions.citext)
-- outcome: creates function extensions.citext_hash_extended(extensions.citext, bigint)
-- outcome: creates function extensions.citext_larger(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_le(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_lt(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_ne(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_pattern_cmp(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_pattern_ge(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_pattern_gt(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_pattern_le(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_pattern_lt(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citext_smaller(extensions.citext, extensions.citext)
-- outcome: creates function extensions.citextin(cstring)
-- outcome: creates function extensions.citextout(extensions.citext)
-- outcome: creates function extensions.citextrecv(internal)
-- outcome: creates function extensions.citextsend(extensions.citext)
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
-- outcome: creates function extensions.max(extensions.citext)
-- outcome: creates function extensions.min(extensions.citext)
-- outcome: creates function extensions.regexp_match(extensions.citext, extensions.citext)
-- outcome: creates function extensions.regexp_match(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.regexp_matches(extensions.citext, extensions.citext)
-- outcome: creates function extensions.regexp_matches(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.regexp_replace(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.regexp_replace(extensions.citext, extensions.citext, text, text)
-- outcome: creates function extensions.regexp_split_to_array(extensions.citext, extensions.citext)
-- outcome: creates function extensions.regexp_split_to_array(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.regexp_split_to_table(extensions.citext, extensions.citext)
-- outcome: creates function extensions.regexp_split_to_table(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.replace(extensions.citext, extensions.citext, extensions.citext)
-- outcome: creates function extensions.set_limit(real)
-- outcome: creates function extensions.show_limit()
-- outcome: creates function extensions.show_trgm(text)
-- outcome: creates function extensions.similarity(text, text)
-- outcome: creates function extensions.similarity_dist(text, text)
-- outcome: creates function extensions.similarity_op(text, text)
-- outcome: creates function extensions.split_part(extensions.citext, extensions.citext, integer)
-- outcome: creates function extensions.strict_word_similarity(text, text)
-- outcome: creates function extensions.strict_word_similarity_commutator_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_dist_commutator_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_dist_op(text, text)
-- outcome: creates function extensions.strict_word_similarity_op(text, text)
-- outcome: creates function extensions.strpos(extensions.citext, extensions.citext)
-- outcome: creates function extensions.texticlike(extensions.citext, extensions.citext)
-- outcome: creates function extensions.texticlike(extensions.citext, text)
-- outcome: creates function extensions.texticnlike(extensions.citext, extensions.citext)
-- outcome: creates function extensions.texticnlike(extensions.citext, text)
-- outcome: creates function extensions.texticregexeq(extensions.citext, extensions.citext)
-- outcome: creates function extensions.texticregexeq(extensions.citext, text)
-- outcome: creates function extensions.texticregexne(extensions.citext, extensions.citext)
-- outcome: creates function extensions.texticregexne(extensions.citext, text)
-- outcome: creates function extensions.translate(extensions.citext, extensions.citext, text)
-- outcome: creates function extensions.word_similarity(text, text)
-- outcome: creates function extensions.word_similarity_commutator_op(text, text)
-- outcome: creates function extensions.word_similarity_dist_commutator_op(text, text)
-- outcome: creates function extensions.word_similarity_dist_op(text, text)
-- outcome: creates function extensions.word_similarity_op(text, text)
-- outcome: creates index public.notes_people_name
-- outcome: creates policy notes_people_read on public.notes_people
-- outcome: creates table public.notes_people
-- outcome: grants table public.notes_people
