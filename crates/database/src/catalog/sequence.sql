-- why: a sequence of a serial column depends on it automatically (a), one of an identity column
-- internally (i); that is the only place where the owning column is written down.
select c.oid,
       c.xmin as row_version,
       s.xmin as second_version,
       n.nspname as schema,
       c.relname as name,
       pg_catalog.pg_get_userbyid(c.relowner) as owner,
       coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))::pg_catalog.text[] as acl,
       pg_catalog.format_type(s.seqtypid, null) as data_type,
       pg_catalog.concat('start ', s.seqstart, ' increment ', s.seqincrement, ' minvalue ', s.seqmin,
                         ' maxvalue ', s.seqmax, ' cache ', s.seqcache,
                         case when s.seqcycle then ' cycle' else '' end) as definition,
       d.refobjid as owner_relation,
       d.refobjsubid::pg_catalog.int2 as owner_column
  from pg_catalog.pg_sequence s
  join pg_catalog.pg_class c on c.oid = s.seqrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
   and d.objid = c.oid
   and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   and d.refobjsubid > 0
   and d.deptype in ('a', 'i')
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
