-- why: aggregates have no definition that pg_get_functiondef could print; it fails on them.
-- The constructors of a range type are part of the type (i) and come with it.
-- With the search path empty, oidvectortypes qualifies every type outside pg_catalog.
select p.oid,
       p.xmin as row_version,
       n.nspname as schema,
       p.proname as name,
       pg_catalog.oidvectortypes(p.proargtypes) as argument_types,
       pg_catalog.pg_get_userbyid(p.proowner) as owner,
       coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))::pg_catalog.text[] as acl,
       p.prokind as kind,
       pg_catalog.pg_get_function_result(p.oid) as result,
       l.lanname as language,
       coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body,
       p.prosecdef as security_definer,
       p.provolatile as volatility,
       p.proisstrict as strict,
       p.proconfig as settings,
       case when p.prokind <> 'a' then pg_catalog.pg_get_functiondef(p.oid) end as definition,
       pg_catalog.pg_get_function_arguments(p.oid) as arguments
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (
     select
       from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        and d.objid = p.oid
        and d.deptype = 'i')
