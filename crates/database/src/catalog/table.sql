-- why: parents are gathered before the join, so that a catalog of thousands of tables is read in one pass.
select c.oid,
       c.xmin as row_version,
       n.nspname as schema,
       c.relname as name,
       pg_catalog.pg_get_userbyid(c.relowner) as owner,
       coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))::pg_catalog.text[] as acl,
       c.relkind as kind,
       c.relpersistence = 'u' as unlogged,
       c.relrowsecurity as rls,
       c.relforcerowsecurity as force_rls,
       c.relreplident as replica_identity,
       p.parents,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound,
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as key,
       c.reloptions as options,
       c.reltuples::pg_catalog.int8 as estimated_rows
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join (
    select i.inhrelid,
           pg_catalog.array_agg(pn.nspname || '.' || pc.relname order by i.inhseqno) as parents
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class pc on pc.oid = i.inhparent
      join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
     group by i.inhrelid) p on p.inhrelid = c.oid
 where c.relkind in ('r', 'p', 'f')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
