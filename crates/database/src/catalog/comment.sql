-- why: all comments at once, to be looked up by class and OID. Below 16384 is what initdb made:
-- thousands of built-in functions and operators, and the schema public and the extension plpgsql.
select d.classoid as class,
       d.objoid as object,
       d.objsubid as part,
       d.description as text
  from pg_catalog.pg_description d
 where d.objoid >= 16384
    or d.classoid in ('pg_catalog.pg_namespace'::pg_catalog.regclass,
                      'pg_catalog.pg_extension'::pg_catalog.regclass)
