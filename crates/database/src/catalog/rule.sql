-- why: the rule _RETURN is the view itself. pg_get_ruledef fails on a table that another session has
-- dropped in the meantime, which is neither visible nor invisible (null).
select r.oid,
       r.xmin as row_version,
       r.rulename as name,
       r.ev_class as relation,
       case when pg_catalog.pg_table_is_visible(c.oid) is not null
            then pg_catalog.pg_get_ruledef(r.oid) end as definition
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_class c on c.oid = r.ev_class
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where r.rulename <> '_RETURN'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
