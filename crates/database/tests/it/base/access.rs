//! Whose roles, schemas and new tables are.

use super::{answer, native};

#[tokio::test(flavor = "multi_thread")]
async fn new_tables_are_not_open_to_the_api() {
    let database = native().await;
    let client = database.connect().await;
    client
        .batch_execute(
            "create table public.t (id serial); create function public.f() returns int
             language sql as 'select 1'",
        )
        .await
        .unwrap();
    let held =
        "select string_agg(p, ',' order by p) from unnest(array['select', 'insert', 'update',
      'delete', 'truncate', 'references', 'trigger']) as p
      where has_table_privilege('ROLE', 'public.t', p)";
    for role in ["anon", "authenticated", "service_role"] {
        assert_eq!(
            answer(&client, &held.replace("ROLE", role)).await,
            ["(\"references,trigger,truncate\")"],
            "{role}"
        );
    }
    let rest = "select has_sequence_privilege('anon', 'public.t_id_seq', 'usage'),
      has_sequence_privilege('anon', 'public.t_id_seq', 'update'),
      has_function_privilege('anon', 'public.f()', 'execute')";
    assert_eq!(answer(&client, rest).await, ["(f,t,t)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_schemas_belong_to_whom_they_belong_to() {
    let database = native().await;
    let client = database.connect().await;
    let roles = "select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
      rolreplication, rolbypassrls from pg_roles where rolname ~
      '^(supabase_.*|anon|authenticated|authenticator|service_role|postgres|dashboard_user|pgbouncer)$'
      order by 1";
    let schemas = "select nspname, nspowner::regrole from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1";
    let tables = "select c.oid::regclass, relowner::regrole, relrowsecurity from pg_class as c
      join pg_namespace as n on n.oid = relnamespace
      where relkind in ('r', 'p') and nspname in ('auth', 'storage', 'realtime', 'vault') order by c.oid::regclass::text";
    let mut lines = answer(&client, roles).await;
    lines.extend(answer(&client, schemas).await);
    lines.extend(answer(&client, tables).await);
    insta::assert_snapshot!(lines.join("\n"));
}
