-- why: the rule _RETURN is the view itself.
select r.oid,
       r.xmin::pg_catalog.text::pg_catalog.int8 as row_version,
       r.rulename as name,
       r.ev_class as relation,
       pg_catalog.pg_get_ruledef(r.oid) as definition
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_class c on c.oid = r.ev_class
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where r.rulename <> '_RETURN'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
