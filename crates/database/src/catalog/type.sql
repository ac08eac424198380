-- why: array, multirange and row types of tables come and go with what they are made for; base types
-- belong to extensions. Since 17 a domain's NOT NULL is a constraint too (contype n): typnotnull says it.
select t.oid,
       t.xmin as row_version,
       n.nspname as schema,
       t.typname as name,
       t.typtype as kind,
       t.typrelid as relation,
       pg_catalog.pg_get_userbyid(t.typowner) as owner,
       coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))::pg_catalog.text[] as acl,
       case t.typtype
         when 'e' then array(
           select e.enumlabel::pg_catalog.text
             from pg_catalog.pg_enum e
            where e.enumtypid = t.oid
            order by e.enumsortorder)
         when 'd' then array[pg_catalog.format_type(t.typbasetype, t.typtypmod)]
           || case when t.typcollation <> b.typcollation
                then array['collate ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)]
                else '{}'::pg_catalog.text[] end
           || case when t.typnotnull then array['not null'] else '{}'::pg_catalog.text[] end
           || case when t.typdefaultbin is not null
                then array['default ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0)]
                else '{}'::pg_catalog.text[] end
           || array(
             select pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid)
               from pg_catalog.pg_constraint k
              where k.contypid = t.oid
                and k.contype = 'c'
              order by k.conname)
         when 'r' then array(
           select 'subtype ' || pg_catalog.format_type(r.rngsubtype, null)
                  || coalesce(' collation ' || pg_catalog.quote_ident(rn.nspname) || '.' || pg_catalog.quote_ident(rc.collname), '')
                  || case when r.rngcanonical::pg_catalog.oid <> 0 then ' canonical ' || r.rngcanonical::pg_catalog.text else '' end
                  || case when r.rngsubdiff::pg_catalog.oid <> 0 then ' subtype_diff ' || r.rngsubdiff::pg_catalog.text else '' end
             from pg_catalog.pg_range r
             join pg_catalog.pg_type rt on rt.oid = r.rngsubtype
             left join pg_catalog.pg_collation rc on rc.oid = r.rngcollation and r.rngcollation <> rt.typcollation
             left join pg_catalog.pg_namespace rn on rn.oid = rc.collnamespace
            where r.rngtypid = t.oid)
         else '{}'::pg_catalog.text[]
       end as parts
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_class c on c.oid = t.typrelid
  left join pg_catalog.pg_type b on b.oid = t.typbasetype
  left join pg_catalog.pg_collation co on co.oid = t.typcollation
  left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
 where (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
