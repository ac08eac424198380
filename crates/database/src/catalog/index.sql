-- why: an expression in the key is attribute 0, so the plain columns before it are the leading ones. Postgres opens
-- the table to print a definition; what is stored costs a tenth and tells as well whether it was changed. The first two
-- numbers are OIDs, and those of an index made again with REINDEX are others.
select c.oid,
       c.xmin as row_version,
       i.xmin as second_version,
       n.nspname as schema,
       c.relname as name,
       i.indrelid as relation,
       pg_catalog.pg_get_indexdef(c.oid) as definition,
       i.indisunique as "unique",
       i.indisvalid as valid,
       i.indkey::pg_catalog.int2[] as columns,
       i.indnkeyatts as key_columns,
       i.indpred is not null as partial,
       pg_catalog.hashtextextended(
         pg_catalog.concat(c.relam, ' ', c.reltablespace, ' ', c.reloptions,
                           pg_catalog.regexp_replace(i::pg_catalog.text, '^.\d+,\d+', '')), 0) as stored
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
