-- Everything that stands in this database, one fact a row: of what (subject), which side of it (property),
-- how it looks (value). Rows are counted and summed up elsewhere. `landlord` marks what is not in public.
-- On purpose written apart from the catalog loader: it is what that loader's mistakes show up against.
with namespaces as (
  select n.oid, n.nspname, n.nspname <> 'public' as landlord
  from pg_catalog.pg_namespace as n
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
relations as (
  select c.*, n.landlord, n.nspname,
         case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' when 'm' then 'view '
           when 'c' then 'type ' else 'table ' end
         || n.nspname || '.' || c.relname as subject
  from pg_catalog.pg_class as c
  join namespaces as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
),
facts(landlord, subject, property, value) as (
  select landlord, 'schema ' || nspname, 'itself',
         pg_catalog.concat_ws(' ', s.oid, s.nspowner::regrole, s.nspacl,
           pg_catalog.obj_description(s.oid, 'pg_namespace'))
  from namespaces join pg_catalog.pg_namespace as s using (oid, nspname)
  union all
  select landlord, subject, 'itself',
         pg_catalog.concat_ws(' ', oid, relkind, relowner::regrole, relacl, relpersistence,
           'row security', relrowsecurity, relforcerowsecurity, 'replica identity', relreplident,
           reloptions, pg_catalog.obj_description(oid, 'pg_class'))
  from relations
  union all
  select landlord, subject, 'definition', pg_catalog.pg_get_viewdef(oid)
  from relations where relkind in ('v', 'm')
  union all
  select r.landlord, r.subject, 'column ' || a.attname,
         pg_catalog.concat_ws(' ', a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod),
           'not null', a.attnotnull, 'identity', a.attidentity, 'generated', a.attgenerated,
           pg_catalog.pg_get_expr(d.adbin, d.adrelid), nullif(a.attcollation, 0), a.attacl,
           a.attstorage, pg_catalog.col_description(r.oid, a.attnum))
  from relations as r
  join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where r.relkind <> 'S'
  union all
  select r.landlord, r.subject, 'constraint ' || k.conname,
         pg_catalog.concat_ws(' ', k.oid, pg_catalog.pg_get_constraintdef(k.oid), k.convalidated,
           pg_catalog.obj_description(k.oid, 'pg_constraint'))
  from relations as r join pg_catalog.pg_constraint as k on k.conrelid = r.oid
  union all
  select r.landlord, r.subject, 'referenced by ' || k.conname || ' on ' || k.conrelid::regclass,
         pg_catalog.concat_ws(' ', k.oid, k.confdeltype, k.confupdtype)
  from relations as r join pg_catalog.pg_constraint as k on k.confrelid = r.oid and k.contype = 'f'
  union all
  select r.landlord, r.subject, 'index ' || x.indexrelid::regclass,
         pg_catalog.concat_ws(' ', x.indexrelid, pg_catalog.pg_get_indexdef(x.indexrelid),
           x.indisvalid, x.indisready, pg_catalog.obj_description(x.indexrelid, 'pg_class'))
  from relations as r join pg_catalog.pg_index as x on x.indrelid = r.oid
  union all
  select r.landlord, r.subject, 'trigger ' || t.tgname,
         pg_catalog.concat_ws(' ', t.oid, pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled, t.tgfoid,
           pg_catalog.obj_description(t.oid, 'pg_trigger'))
  from relations as r join pg_catalog.pg_trigger as t on t.tgrelid = r.oid and not t.tgisinternal
  union all
  -- how often each of the hidden triggers that keep its foreign keys is switched off
  select r.landlord, r.subject, 'hidden triggers not enabled', pg_catalog.count(*)::text
  from relations as r join pg_catalog.pg_trigger as t on t.tgrelid = r.oid
  where t.tgisinternal and t.tgenabled <> 'O'
  group by r.landlord, r.subject
  union all
  select r.landlord, r.subject, 'policy ' || p.polname,
         pg_catalog.concat_ws(' ', p.oid, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
           'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
           'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
           pg_catalog.obj_description(p.oid, 'pg_policy'))
  from relations as r join pg_catalog.pg_policy as p on p.polrelid = r.oid
  union all
  select r.landlord, r.subject, 'rule ' || w.rulename,
         pg_catalog.concat_ws(' ', w.oid, pg_catalog.pg_get_ruledef(w.oid), w.ev_enabled)
  from relations as r join pg_catalog.pg_rewrite as w on w.ev_class = r.oid
  union all
  select r.landlord, r.subject, 'statistics ' || s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid)
  from relations as r join pg_catalog.pg_statistic_ext as s on s.stxrelid = r.oid
  union all
  select r.landlord, r.subject, 'child ' || i.inhrelid::regclass, i.inhseqno::text
  from relations as r join pg_catalog.pg_inherits as i on i.inhparent = r.oid
  union all
  select r.landlord, r.subject, 'definition',
         pg_catalog.concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
           s.seqcache, s.seqcycle)
  from relations as r join pg_catalog.pg_sequence as s on s.seqrelid = r.oid
  union all
  select landlord, subject, 'value',
         coalesce(pg_catalog.pg_sequence_last_value(oid)::text, 'never used')
  from relations where relkind = 'S'
  union all
  select n.landlord, 'function ' || f.oid::regprocedure, 'itself',
         pg_catalog.concat_ws(' ', f.oid, f.proowner::regrole, f.proacl,
           case when f.prokind in ('f', 'p') then pg_catalog.pg_get_functiondef(f.oid) end,
           pg_catalog.obj_description(f.oid, 'pg_proc'))
  from namespaces as n join pg_catalog.pg_proc as f on f.pronamespace = n.oid
  union all
  select n.landlord, 'type ' || n.nspname || '.' || t.typname, 'labels',
         pg_catalog.concat_ws(' ', t.oid, t.typtype, t.typowner::regrole, t.typacl,
           t.typnotnull, nullif(t.typbasetype, 0),
           (select pg_catalog.string_agg(e.oid || ' ' || e.enumlabel, ', ' order by e.enumsortorder)
            from pg_catalog.pg_enum as e where e.enumtypid = t.oid),
           pg_catalog.obj_description(t.oid, 'pg_type'))
  from namespaces as n join pg_catalog.pg_type as t on t.typnamespace = n.oid
  where t.typtype in ('e', 'd', 'r')
  union all
  select true, 'default privileges',
         pg_catalog.concat_ws(' ', a.defaclrole::regrole, n.nspname, a.defaclobjtype), a.defaclacl::text
  from pg_catalog.pg_default_acl as a
  left join pg_catalog.pg_namespace as n on n.oid = a.defaclnamespace
  union all
  select true, 'database', 'extension ' || e.extname,
         pg_catalog.concat_ws(' ', e.oid, e.extversion, e.extnamespace::regnamespace)
  from pg_catalog.pg_extension as e
  union all
  select true, 'database', 'event trigger ' || e.evtname,
         pg_catalog.concat_ws(' ', e.oid, e.evtevent, e.evtfoid, e.evtenabled)
  from pg_catalog.pg_event_trigger as e
  union all
  select true, 'database', 'settings of ' || coalesce(pg_catalog.pg_get_userbyid(nullif(s.setrole, 0)), 'all'),
         s.setconfig::text
  from pg_catalog.pg_db_role_setting as s
  join pg_catalog.pg_database as d on d.oid = s.setdatabase and d.datname = current_database()
  union all
  select true, 'publication ' || p.pubname, 'itself',
         pg_catalog.concat_ws(' ', p.oid, p.pubowner::regrole, p.puballtables, p.pubinsert, p.pubupdate,
           p.pubdelete, p.pubtruncate)
  from pg_catalog.pg_publication as p
  union all
  select true, 'publication ' || p.pubname, 'table ' || m.prrelid::regclass, m.oid::text
  from pg_catalog.pg_publication as p join pg_catalog.pg_publication_rel as m on m.prpubid = p.oid
)
select landlord, subject, property, coalesce(value, '') from facts order by subject, property
