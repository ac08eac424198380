-- why: what a role's new objects give away is decided here, before they exist.
select d.oid,
       d.xmin as row_version,
       pg_catalog.pg_get_userbyid(d.defaclrole) as role,
       n.nspname as schema,
       d.defaclobjtype as kind,
       d.defaclacl::pg_catalog.text[] as acl
  from pg_catalog.pg_default_acl d
  left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
