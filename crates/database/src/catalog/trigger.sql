-- why: internal triggers carry out foreign keys, and those with a parent repeat a partitioned table's.
select t.oid,
       t.xmin::pg_catalog.text::pg_catalog.int8 as row_version,
       t.tgname as name,
       t.tgrelid as relation,
       f.nspname as function_schema,
       p.proname as function,
       pg_catalog.pg_get_triggerdef(t.oid) as definition,
       t.tgenabled as enabled,
       t.tgtype as bits
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace f on f.oid = p.pronamespace
 where not t.tgisinternal
   and t.tgparentid = 0
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
