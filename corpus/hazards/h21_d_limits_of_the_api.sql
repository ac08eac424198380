-- expect: alters-role-or-database-settings 2, alters-role-or-database-settings 3
alter role anon set statement_timeout = '60s';
alter role authenticated reset statement_timeout;
-- outcome: drops setting authenticated
-- outcome: sets setting anon
