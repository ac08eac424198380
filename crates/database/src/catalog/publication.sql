-- why: pg_publication_namespace exists since 15 only; that a membership row depends on both its
-- publication and its schema can be asked of every version.
select p.oid,
       p.xmin as row_version,
       p.pubname as name,
       pg_catalog.pg_get_userbyid(p.pubowner) as owner,
       p.puballtables as all_tables,
       array(
         select n.nspname || '.' || c.relname
           from pg_catalog.pg_publication_rel r
           join pg_catalog.pg_class c on c.oid = r.prrelid
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where r.prpubid = p.oid) as tables,
       array(
         select n.nspname::pg_catalog.text
           from pg_catalog.pg_depend d
           join pg_catalog.pg_depend e on e.classid = d.classid and e.objid = d.objid
           join pg_catalog.pg_namespace n on n.oid = e.refobjid
          where d.refclassid = 'pg_catalog.pg_publication'::pg_catalog.regclass
            and d.refobjid = p.oid
            and e.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass) as schemas,
       pg_catalog.concat_ws(', ',
         case when p.pubinsert then 'insert' end,
         case when p.pubupdate then 'update' end,
         case when p.pubdelete then 'delete' end,
         case when p.pubtruncate then 'truncate' end) as publishes
  from pg_catalog.pg_publication p
