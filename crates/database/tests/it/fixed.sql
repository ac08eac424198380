-- why: what a migration made, a line each; names that a fix may change are left out
select pg_catalog.format(
  'column %s %I %s%s%s', attribute.attrelid::regclass, attribute.attname,
  pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
  case when attribute.attnotnull then ' not null' end,
  ' default ' || pg_catalog.pg_get_expr(fallback.adbin, fallback.adrelid)
) as line
from pg_catalog.pg_attribute as attribute
join pg_catalog.pg_class as class on class.oid = attribute.attrelid and class.relkind in ('r', 'p', 'v', 'm')
left join pg_catalog.pg_attrdef as fallback
  on fallback.adrelid = attribute.attrelid and fallback.adnum = attribute.attnum
where attribute.attnum > 0 and not attribute.attisdropped
  and class.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
union all
select pg_catalog.format('policy %I on %s for %s', policy.polname, policy.polrelid::regclass, policy.polcmd)
from pg_catalog.pg_policy as policy
union all
select pg_catalog.format(
  'index on %s %s', indexed.indrelid::regclass,
  pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(indexed.indexrelid), '^.* USING ', '')
)
from pg_catalog.pg_index as indexed
join pg_catalog.pg_class as class on class.oid = indexed.indrelid
where class.relnamespace not in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
union all
select pg_catalog.format('key on %s %s', bound.conrelid::regclass, pg_catalog.pg_get_constraintdef(bound.oid))
from pg_catalog.pg_constraint as bound
-- From version 18 on NOT NULL is a constraint as well; the columns tell that.
where bound.conrelid <> 0 and bound.contype <> 'n'
union all
select pg_catalog.format('security on %s', class.oid::regclass)
from pg_catalog.pg_class as class
where class.relrowsecurity
union all
select pg_catalog.format('trigger on %s of type %s', fired.tgrelid::regclass, fired.tgtype)
from pg_catalog.pg_trigger as fired
where not fired.tgisinternal
