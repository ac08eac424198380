-- why: no view of information_schema is asked: those hide keys to tables of other roles. Partitions
-- repeat the foreign keys of their parent (conparentid); NOT NULL (n, since 18) is said by the column.
-- pg_get_constraintdef fails on a table that another session has dropped in the meantime, which is
-- neither visible nor invisible (null).
select k.oid,
       k.xmin as row_version,
       k.conname as name,
       k.contype as kind,
       case when pg_catalog.pg_table_is_visible(k.conrelid) is not null
             and (k.confrelid = 0 or pg_catalog.pg_table_is_visible(k.confrelid) is not null)
            then pg_catalog.pg_get_constraintdef(k.oid) end as definition,
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
