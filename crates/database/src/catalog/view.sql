-- why: CREATE OR REPLACE VIEW writes the rule and not always the relation, so both versions count.
-- A relation that another session has dropped in the meantime is neither visible nor invisible (null);
-- pg_get_viewdef would fail on it.
select c.oid,
       c.xmin as row_version,
       r.xmin as second_version,
       n.nspname as schema,
       c.relname as name,
       pg_catalog.pg_get_userbyid(c.relowner) as owner,
       coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))::pg_catalog.text[] as acl,
       c.relkind = 'm' as materialized,
       c.relispopulated as populated,
       case when pg_catalog.pg_table_is_visible(c.oid) is not null
            then pg_catalog.pg_get_viewdef(c.oid) end as definition,
       c.reloptions as options
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
 where c.relkind in ('v', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
