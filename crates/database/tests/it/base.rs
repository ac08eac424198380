//! The Supabase-shaped base: it is what the platform is, on the embedded server and on a native one.

use lodger_database::base;
use lodger_database::embedded::EmbeddedServer;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use tokio_postgres::Client;

async fn native() -> TestDatabase {
    Cluster::shared().database(Template::Base).await
}

async fn embedded() -> EmbeddedServer {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    base::install(&server.session().client).await.unwrap();
    server
}

/// The first column of the answer as text, `-` for null.
async fn answer(client: &Client, sql: &str) -> Vec<String> {
    let wrapped = format!("select (answer.*)::text from ({sql}) as answer");
    let rows = client.query(&wrapped, &[]).await.unwrap();
    rows.iter()
        .map(|row| row.get::<_, Option<String>>(0).unwrap_or("-".into()))
        .collect()
}

/// The SQLSTATE and message that a statement is refused with; it is undone if it is not.
async fn refusal(client: &Client, sql: &str) -> Option<String> {
    client.batch_execute("begin").await.unwrap();
    let done = client.batch_execute(sql).await;
    client.batch_execute("rollback").await.unwrap();
    let error = done.err()?;
    let error = error.as_db_error().unwrap();
    Some(format!("{} {}", error.code().code(), error.message()))
}

const USERS_COLUMNS: &str = "select pg_catalog.string_agg(
    pg_catalog.concat_ws(' ', attnum, attname, format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, pg_get_expr(adbin, adrelid)), '; ' order by attnum)
  from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attrelid = 'auth.users'::regclass and attnum > 0";

#[tokio::test(flavor = "multi_thread")]
async fn users_has_its_35_columns_everywhere() {
    let server = embedded().await;
    let embedded = answer(&server.session().client, USERS_COLUMNS).await;
    let database = native().await;
    let native = answer(&database.connect().await, USERS_COLUMNS).await;
    insta::assert_snapshot!(embedded.join("").replace("; ", "\n"));
    assert_eq!(embedded, native);
    assert_eq!(embedded.join("").split("; ").count(), 35);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_has_one_key_that_foreign_keys_may_point_at_besides_the_phone() {
    let database = native().await;
    let client = database.connect().await;
    let constraints = "select string_agg(conname, ' ' order by conname) from pg_constraint
      where conrelid = 'auth.users'::regclass and contype <> 'n'";
    assert_eq!(
        answer(&client, constraints).await,
        ["(\"users_email_change_confirm_status_check users_phone_key users_pkey\")"]
    );
    let email = "create table public.t (e varchar references auth.users (email))";
    assert!(refusal(&client, email).await.unwrap().starts_with("42830"));
    let phone = "create table public.t (p text references auth.users (phone))";
    assert_eq!(refusal(&client, phone).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_are_read_as_the_platform_reads_them() {
    let database = native().await;
    let client = database.connect().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let json = format!(r#"{{"sub": "{id}", "role": "authenticated", "email": "a@example.test"}}"#);
    // claims, older setting of the subject, then uid and jwt, or the refusal
    let cases = [
        (None, None, Ok(("-", "-"))),
        (Some(""), Some(""), Ok(("-", "-"))),
        (Some(json.as_str()), None, Ok((id, "authenticated"))),
        (
            Some(json.as_str()),
            Some("99999999-2222-4333-8444-555555555555"),
            Ok(("99999999-2222-4333-8444-555555555555", "authenticated")),
        ),
        (Some(json.as_str()), Some(""), Ok((id, "authenticated"))),
        (Some("null"), None, Ok(("-", "-"))),
        (Some(r#"{"sub": "abc"}"#), None, Err("22P02")),
        (Some(r#"{"sub": ""}"#), None, Err("22P02")),
        (Some("no json"), None, Err("22P02")),
    ];
    for (claims, subject, expected) in cases {
        client.batch_execute("begin").await.unwrap();
        for (name, value) in [("claims", claims), ("claim.sub", subject)] {
            if let Some(value) = value {
                let set = format!("select set_config('request.jwt.{name}', $1, true)");
                client.execute(&set, &[&value]).await.unwrap();
            }
        }
        let sql = "select coalesce(auth.uid()::text, '-'), coalesce(auth.jwt() ->> 'role', '-')";
        let found = client.query_one(sql, &[]).await;
        let found = match &found {
            Ok(row) => Ok((row.get::<_, &str>(0), row.get::<_, &str>(1))),
            Err(error) => Err(error.code().unwrap().code()),
        };
        assert_eq!(found, expected, "claims {claims:?}, subject {subject:?}");
        client.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_claims_are_read_in_the_same_way() {
    let database = native().await;
    let client = database.connect().await;
    client
        .batch_execute(
            r#"set request.jwt.claims = '{"role": "authenticated", "email": "a@example.test"}';
               set request.jwt.claim.role = 'service_role'"#,
        )
        .await
        .unwrap();
    let sql = "select auth.role(), auth.email(), auth.jwt() ->> 'role', auth.uid()";
    assert_eq!(
        answer(&client, sql).await,
        ["(service_role,a@example.test,authenticated,)"]
    );
    client
        .batch_execute("set request.jwt.claim = '{\"role\": \"anon\"}'")
        .await
        .unwrap();
    assert_eq!(
        answer(&client, "select auth.jwt() ->> 'role'").await,
        ["(anon)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::too_many_lines,
    reason = "one list of what is allowed and what is refused"
)]
async fn a_project_may_use_the_landlords_users_and_may_not_change_them() {
    let database = native().await;
    let client = database.connect().await;
    let function =
        "create function public.f() returns trigger language plpgsql as 'begin return new; end';";
    let trigger = format!(
        "{function} create trigger t after insert on auth.users
      for each row execute function public.f();"
    );
    for allowed in [
        "select * from auth.users",
        "insert into auth.users (id) values (gen_random_uuid())",
        "update auth.users set phone = null",
        "delete from auth.users",
        "lock table auth.users in access exclusive mode",
        "create table public.t (id uuid references auth.users on delete cascade)",
        "grant select on auth.users to dashboard_user",
        "select version from auth.schema_migrations",
        &trigger,
    ] {
        assert_eq!(refusal(&client, allowed).await, None, "{allowed}");
    }
    let drop_trigger = format!("{trigger} drop trigger t on auth.users");
    for (refused, why) in [
        (
            "alter table auth.users add column c int",
            "42501 must be owner of table users",
        ),
        (
            "alter table auth.users disable trigger user",
            "42501 must be owner of table users",
        ),
        (
            "alter table auth.users disable row level security",
            "42501 must be owner of table users",
        ),
        (
            "create index on auth.users (phone)",
            "42501 must be owner of table users",
        ),
        (
            "create policy p on auth.users using (true)",
            "42501 must be owner of table users",
        ),
        (
            "comment on table auth.users is 'x'",
            "42501 must be owner of table users",
        ),
        (
            "drop table auth.users",
            "42501 must be owner of table users",
        ),
        (
            drop_trigger.as_str(),
            "42501 must be owner of relation users",
        ),
        (
            "create table auth.t (id int)",
            "42501 permission denied for schema auth",
        ),
        (
            "create function auth.f() returns int language sql as 'select 1'",
            "42501 permission denied for schema auth",
        ),
        (
            "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
            "42501 permission denied for schema auth",
        ),
        (
            "insert into auth.schema_migrations values ('1')",
            "42501 permission denied for table schema_migrations",
        ),
        (
            "set role supabase_auth_admin",
            "42501 permission denied to set role \"supabase_auth_admin\"",
        ),
    ] {
        assert_eq!(
            refusal(&client, refused).await.as_deref(),
            Some(why),
            "{refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_popular_query_hides_the_key_to_auth_users_and_the_catalog_shows_it() {
    let database = native().await;
    let client = database.connect().await;
    client
        .batch_execute(
            "create table public.u (id uuid primary key);
             create table public.t (a uuid constraint to_auth references auth.users,
                                    b uuid constraint to_public references public.u)",
        )
        .await
        .unwrap();
    let usage = "select constraint_name::text from information_schema.constraint_column_usage
      where constraint_name like 'to\\_%' order by 1";
    assert_eq!(answer(&client, usage).await, ["(to_public)"]);
    let catalog = "select conname::text from pg_constraint where conname like 'to\\_%' order by 1";
    assert_eq!(answer(&client, catalog).await, ["(to_auth)", "(to_public)"]);
    // as a superuser the popular query works, which is why nobody notices
    assert_eq!(
        answer(&database.connect_admin().await, usage).await,
        ["(to_auth)", "(to_public)"]
    );
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_trigger_needs_security_definer() {
    let database = native().await;
    let sign_up = "insert into auth.users (id) values (gen_random_uuid())";
    let hook = |security: &str| {
        format!(
            "create or replace function public.hook() returns trigger language plpgsql {security} as
             'begin insert into public.t values (new.id); return new; end'"
        )
    };
    let client = database.connect().await;
    client
        .batch_execute(&format!(
            "create table public.t (id uuid references auth.users on delete cascade); {};
             create trigger hook after insert on auth.users for each row execute function public.hook()",
            hook("")
        ))
        .await
        .unwrap();
    let landlord = database.connect_as("supabase_auth_admin").await;
    let why = "42501 permission denied for table t";
    assert_eq!(refusal(&landlord, sign_up).await.as_deref(), Some(why));
    client
        .batch_execute(&hook("security definer"))
        .await
        .unwrap();
    landlord.batch_execute(sign_up).await.unwrap();
    // and the cascade needs no grant, because it runs as the owner of the project's table
    landlord
        .batch_execute("delete from auth.users")
        .await
        .unwrap();
    assert_eq!(
        answer(&client, "select count(*) from public.t").await,
        ["(0)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_and_realtime_answer_what_policies_and_triggers_ask() {
    let database = native().await;
    let client = database.connect().await;
    let paths = "select storage.foldername('a/b/c.tar.gz'), storage.filename('a/b/c.tar.gz'),
      storage.extension('a/b/c.tar.gz')";
    assert_eq!(answer(&client, paths).await, ["(\"{a,b}\",c.tar.gz,gz)"]);
    client
        .batch_execute(
            "create table public.t (id int);
             create function public.tell() returns trigger language plpgsql security definer as $$
             begin
               perform realtime.broadcast_changes('t:1', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
               return null;
             end $$;
             create trigger tell after insert on public.t for each row execute function public.tell();
             insert into public.t values (7);
             select realtime.send('{\"a\": 1}', 'greeting', 't:2', false)",
        )
        .await
        .unwrap();
    let sent = "select topic, event, private, payload -> 'record' ->> 'id' from realtime.messages order by 1";
    assert_eq!(
        answer(&client, sent).await,
        ["(t:1,INSERT,t,7)", "(t:2,greeting,f,)"]
    );
    client
        .batch_execute("set realtime.topic = 't:1'")
        .await
        .unwrap();
    assert_eq!(answer(&client, "select realtime.topic()").await, ["(t:1)"]);
    let secret = "select vault.create_secret('s', 'name') is not null";
    assert_eq!(answer(&client, secret).await, ["(t)"]);
}

const STAND_INS: &[&str] = &[
    "http",
    "moddatetime",
    "pg_cron",
    "pg_graphql",
    "pg_net",
    "pg_stat_statements",
    "pgcrypto",
    "supabase_vault",
    "uuid-ossp",
];

/// What migrations do with these extensions; each is true.
const USES: &[&str] = &[
    "select uuid_generate_v4() <> uuid_generate_v4()",
    "select uuid_generate_v3(uuid_ns_dns(), 'python.org') = '6fa459ea-ee8a-3ca4-894e-db77e160355e'",
    "select uuid_generate_v5(uuid_ns_dns(), 'a')::text ~ '^.{14}5.{4}[89ab]'",
    "select crypt('word', stored) = stored and crypt('other', stored) <> stored and length(stored) = 60
     from crypt('word', gen_salt('bf')) as stored",
    "select encode(digest('abc', 'sha256'), 'hex')
       = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
    "select length(hmac('a', 'b', 'sha1')) = 20 and length(gen_random_bytes(33)) = 33",
    "select pgp_sym_decrypt(pgp_sym_encrypt('word', 'key'), 'key') = 'word'",
    "select cron.schedule('nightly', '0 3 * * *', 'select 1') = cron.schedule('nightly', '0 4 * * *', 'select 2')",
    "select schedule = '0 4 * * *' and username = session_user from cron.job",
    "select cron.unschedule('nightly')",
    "select net.http_post(url := 'http://example.test', body := '{}'::jsonb) is not null",
    "select (http_get('http://example.test')).status is null",
];

#[tokio::test(flavor = "multi_thread")]
async fn stand_ins_do_and_may_be_run_again() {
    let server = embedded().await;
    let client = &server.session().client;
    for extension in STAND_INS {
        let sql = base::stand_in(extension).unwrap();
        client.batch_execute(sql).await.unwrap();
        client.batch_execute(sql).await.unwrap();
    }
    assert!(base::stand_in("postgis").is_none());
    client
        .batch_execute("set search_path = public, extensions")
        .await
        .unwrap();
    for sql in USES {
        assert_eq!(answer(client, sql).await, ["(t)"], "{sql}");
    }
    client
        .batch_execute(
            "create table t (id int, changed timestamptz);
             create trigger t before update on t for each row execute function moddatetime(changed);
             insert into t values (1); update t set id = 2",
        )
        .await
        .unwrap();
    assert_eq!(
        answer(
            client,
            "select changed = now() or changed < now(), id from t"
        )
        .await,
        ["(t,2)"]
    );
}
