-- why: rights of columns say what a user may write of a row that is theirs; anon must not appear at all
select pg_catalog.string_agg(found.line, E'\n' order by found.line)
from (
  select
    pg_catalog.format(
      '%s %s %s: %s', roles.role, rights.privilege, c.relname,
      pg_catalog.string_agg(a.attname, ', ' order by a.attname)
    ) as line
  from pg_catalog.pg_class as c
  join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  cross join (values ('anon'), ('authenticated')) as roles (role)
  cross join (values ('SELECT'), ('INSERT'), ('UPDATE')) as rights (privilege)
  where c.relnamespace = 'research'::pg_catalog.regnamespace
    and c.relkind = 'r'
    and pg_catalog.has_column_privilege(roles.role, c.oid, a.attnum, rights.privilege)
  group by roles.role, rights.privilege, c.relname
  union all
  select pg_catalog.format('%s %s %s', roles.role, rights.privilege, c.relname)
  from pg_catalog.pg_class as c
  cross join (values ('anon'), ('authenticated')) as roles (role)
  cross join (values ('DELETE'), ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) as rights (privilege)
  where c.relnamespace = 'research'::pg_catalog.regnamespace
    and c.relkind = 'r'
    and pg_catalog.has_table_privilege(roles.role, c.oid, rights.privilege)
) as found
