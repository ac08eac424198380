-- expect: alters-role-or-database-settings 2
ALTER ROLE "authenticator" SET "pgrst.db_schemas" TO 'notes, public';
NOTIFY pgrst, 'reload config';
-- outcome: fails role public.authenticator
