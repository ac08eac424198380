-- why: the columns of every relation in one pass; views and composite types take theirs from here too.
-- A default names no column of its table, and Postgres opens the table only to print their names.
-- A dropped column tells only that somebody wrote the table, as every other row does too.
select a.attrelid as relation,
       a.attnum as number,
       a.attisdropped as dropped,
       a.xmin as row_version,
       d.xmin as second_version,
       a.attname as name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as data_type,
       a.attnotnull as not_null,
       a.attgenerated as generated,
       a.attidentity as identity,
       pg_catalog.pg_get_expr(d.adbin, case a.attgenerated when '' then 0 else d.adrelid end) as expression,
       pg_catalog.quote_ident(l.nspname) || '.' || pg_catalog.quote_ident(co.collname) as collation,
       a.attacl::pg_catalog.text[] as acl
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_collation co on co.oid = a.attcollation and a.attcollation <> t.typcollation
  left join pg_catalog.pg_namespace l on l.oid = co.collnamespace
 where a.attnum > 0
   and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
