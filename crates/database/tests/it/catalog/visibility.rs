//! A role that owns nothing sees the same catalog as a superuser.

use lodger_database::catalog::load_snapshot;
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, OWNER, Template};
use lodger_migration::catalog::Object;
use lodger_migration::object::{ObjectId, ObjectKind};

const MIGRATION: &str = "
    create table public.sessions (
        id uuid primary key,
        user_id uuid not null references auth.users on delete cascade
    );";

#[tokio::test(flavor = "multi_thread")]
async fn keys_to_auth_users_are_seen_by_oid() {
    let database = Cluster::shared().database(Template::Base).await;
    let project = Session::connect(&database.url()).await.unwrap();
    project.client.batch_execute(MIGRATION).await.unwrap();
    let popular = "select count(*) from information_schema.constraint_column_usage
                    where table_schema = 'auth' and constraint_name = 'sessions_user_id_fkey'";
    let row = project.client.query_typed_one(popular, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0, "the usual view hides the key");

    let snapshot = load_snapshot(&project.client).await.unwrap();
    assert_eq!(snapshot.server.role, OWNER);
    assert!(!snapshot.server.superuser);
    let users = ObjectId::in_schema(ObjectKind::Table, "auth", "users");
    let users = snapshot.get(&users).unwrap();
    assert_ne!(users.owner.as_deref(), Some(OWNER));
    let key = ObjectId::on_table(
        ObjectKind::Constraint,
        "public",
        "sessions",
        "sessions_user_id_fkey",
    );
    let Object::Constraint(key) = &snapshot.get(&key).unwrap().object else {
        panic!("a constraint");
    };
    let target = key.foreign_key.as_ref().unwrap();
    assert_eq!(target.table_oid, users.oid);
    assert_eq!(
        (target.schema.as_str(), target.table.as_str()),
        ("auth", "users")
    );
    assert_eq!(target.columns, ["id"]);
    assert!(target.targets_primary_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_sees_the_same() {
    let database = Cluster::shared().database(Template::Base).await;
    let admin = Session::connect(&database.admin_url()).await.unwrap();
    let sql = "
        create table auth.hidden (id integer primary key);
        create view auth.peek as select id from auth.hidden;
        revoke all on schema auth from public, postgres, authenticator;
        revoke all on all tables in schema auth from public, postgres, authenticator;";
    admin.client.batch_execute(sql).await.unwrap();
    let seen = load_snapshot(&admin.client).await.unwrap();
    let stranger = database.cluster().url("authenticator", database.name());
    let stranger = Session::connect(&stranger).await.unwrap();
    let also_seen = load_snapshot(&stranger.client).await.unwrap();
    assert_eq!(also_seen.server.role, "authenticator");
    assert!(!also_seen.server.bypasses_rls);
    let names = |it: &lodger_migration::catalog::CatalogSnapshot| {
        it.entries.keys().cloned().collect::<Vec<_>>()
    };
    // other tests make settings and roles while this one runs
    let mut names_seen = names(&seen);
    names_seen.retain(|id| id.kind != ObjectKind::Setting);
    for id in names_seen {
        assert_eq!(also_seen.get(&id), seen.get(&id), "{id}");
    }
    assert_eq!(also_seen.dependencies, seen.dependencies);
}
