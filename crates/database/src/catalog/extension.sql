-- why: an extension may keep its objects in a system schema (plpgsql does), so none is left out.
select e.oid,
       e.xmin as row_version,
       e.extname as name,
       pg_catalog.pg_get_userbyid(e.extowner) as owner,
       n.nspname as schema,
       e.extversion as version
  from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace n on n.oid = e.extnamespace
