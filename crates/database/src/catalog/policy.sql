-- why: role 0 in polroles stands for everybody. Postgres opens the table to print an expression, and does not to
-- compare it with what was stored.
select p.oid,
       p.xmin as row_version,
       p.polname as name,
       p.polrelid as relation,
       p.polcmd as command,
       p.polpermissive as permissive,
       array(
         select case r.id when 0 then 'public' else pg_catalog.pg_get_userbyid(r.id)::pg_catalog.text end
           from pg_catalog.unnest(p.polroles) r(id)) as roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using",
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check",
       pg_catalog.hashtextextended(
         coalesce(p.polqual::pg_catalog.text, '') || ' ' || coalesce(p.polwithcheck::pg_catalog.text, ''), 0) as stored
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
