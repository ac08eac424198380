-- why: no view of information_schema is asked: those hide keys to tables of other roles. Partitions
-- repeat the foreign keys of their parent (conparentid); NOT NULL (n, since 18) is said by the column.
select k.oid,
       k.xmin::pg_catalog.text::pg_catalog.int8 as row_version,
       k.conname as name,
       k.contype as kind,
       pg_catalog.pg_get_constraintdef(k.oid) as definition,
       k.conrelid as relation,
       k.conkey as columns,
       k.convalidated as validated,
       k.condeferrable as deferrable,
       k.condeferred as deferred,
       k.confrelid as target,
       k.confkey as target_columns,
       k.confdeltype as on_delete,
       k.confupdtype as on_update,
       k.conindid as index,
       coalesce(i.indisprimary, false) as targets_primary_key
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_namespace n on n.oid = k.connamespace
  left join pg_catalog.pg_index i on i.indexrelid = k.conindid
 where k.contype in ('p', 'u', 'f', 'c', 'x')
   and k.conrelid <> 0
   and (k.contype <> 'f' or k.conparentid = 0)
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
