-- why: a sequence's value is in the sequence itself, which not everybody may read.
-- (has_sequence_privilege fails where it is asked about anything else before the kind is looked at.)
select n.nspname::pg_catalog.text as schema, c.relname::pg_catalog.text as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'S'
   and n.nspname !~ '^pg_'
   and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
   and pg_catalog.has_table_privilege(c.oid, 'SELECT')
 order by 1, 2
