-- expect: alters-role-or-database-settings 3
do $$ begin
  alter role authenticator set pgrst.db_schemas = 'notes';
end $$;
-- outcome: fails role public.authenticator
