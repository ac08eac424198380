-- Stands in for pg_graphql: the API's entry point, which here resolves nothing.
create schema if not exists graphql;
grant usage on schema graphql to postgres, anon, authenticated, service_role;
create or replace function graphql_public.graphql(
  "operationName" text default null, query text default null,
  variables jsonb default null, extensions jsonb default null
) returns jsonb language sql as $$
  select '{"errors": [{"message": "there is no GraphQL in this database"}]}'::jsonb
$$;
