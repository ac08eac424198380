//! `auth.users`: its columns and keys, and what a project may do with it.

use super::{answer, embedded, native, refusal};

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
