-- Only on a throw-away database: everything made from here on gets no more than its built-in privileges.
set allow_system_table_mods = on;
delete from pg_catalog.pg_depend where classid = 'pg_catalog.pg_default_acl'::pg_catalog.regclass;
delete from pg_catalog.pg_shdepend where classid = 'pg_catalog.pg_default_acl'::pg_catalog.regclass;
delete from pg_catalog.pg_default_acl;
set allow_system_table_mods = off;
