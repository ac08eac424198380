-- why: settings kept for a role, a database or a pair of them reach every project that connects so.
select s.xmin as row_version,
       r.rolname as role,
       d.datname as database,
       s.setconfig as settings
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid = s.setrole
  left join pg_catalog.pg_database d on d.oid = s.setdatabase
