-- why: names that start with pg_ are reserved for Postgres, so no pattern needs to be finer.
select n.oid,
       n.xmin as row_version,
       n.nspname as name,
       pg_catalog.pg_get_userbyid(n.nspowner) as owner,
       coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))::pg_catalog.text[] as acl
  from pg_catalog.pg_namespace n
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
