-- expect: alters-role-or-database-settings 2
alter role authenticator set pgrst.db_schemas = 'notes';
-- outcome: fails role public.authenticator
