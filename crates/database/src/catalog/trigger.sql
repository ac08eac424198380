-- why: internal triggers carry out foreign keys, and those with a parent repeat a partitioned table's.
-- pg_get_triggerdef fails on a table that another session has dropped in the meantime, which is neither
-- visible nor invisible (null).
select t.oid,
       t.xmin as row_version,
       t.tgname as name,
       t.tgrelid as relation,
       f.nspname as function_schema,
       p.proname as function,
       case when pg_catalog.pg_table_is_visible(c.oid) is not null
            then pg_catalog.pg_get_triggerdef(t.oid) end as definition,
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
