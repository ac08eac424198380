-- expect: alters-role-or-database-settings 2
alter database postgres set timezone to 'Europe/Berlin';
-- outcome: fails database public.postgres
