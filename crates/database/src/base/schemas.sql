-- The platform's schemas, who owns them, and who may look into them.
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema extensions authorization postgres;

grant usage, create on schema auth to supabase_auth_admin, dashboard_user;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant usage, create on schema storage to supabase_storage_admin, dashboard_user;
grant usage on schema storage to postgres with grant option;
grant usage on schema storage to anon, authenticated, service_role;
grant usage, create on schema realtime to supabase_realtime_admin;
grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant usage on schema vault to postgres with grant option;
grant usage on schema vault to service_role;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
grant usage on schema extensions to anon, authenticated, service_role, dashboard_user;

-- before 15, public belonged to the superuser and everybody could create in it
alter schema public owner to pg_database_owner;
revoke create on schema public from public;
grant usage on schema public to public, postgres, anon, authenticated, service_role;

-- New objects in public. What supabase_admin makes is open to the API as it always was; what postgres makes
-- no longer is, in the platform's state of 2026: of a table, the API roles are left with
-- TRUNCATE, REFERENCES, TRIGGER (and MAINTAIN from 17 on), of a sequence with UPDATE. Revoking what
-- was granted, rather than granting the rest, gives each version its own list.
alter default privileges for role supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres;

-- what clients may follow row by row; empty until a project adds a table
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
