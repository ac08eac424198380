//! The database is not what the migrations need: rights, `auth.users`, a replica.

use lodger_database::base::strangers;
use lodger_database::testing::{Cluster, OWNER, SharedInstance, Template, Variant, connect};

use crate::project::{Project, RIGHT};

const HAS_LODGER: &str = "select from pg_namespace where nspname = 'lodger'";

/// A role that may log in and do `grants` in the instance's database, and its address.
pub(crate) async fn tenant(instance: &SharedInstance, grants: &str) -> (String, String) {
    let name = instance.database().name().replace("test_", "tenant_");
    let admin = instance.connect_admin().await;
    let sql = format!(
        "create role {name} login; {}",
        grants.replace("ROLE", &name)
    );
    admin.batch_execute(&sql).await.unwrap();
    let url = instance
        .database()
        .cluster()
        .url(&name, instance.database().name());
    (name, url)
}

pub(crate) async fn drop_tenant(instance: &SharedInstance, name: &str) {
    let admin = instance.connect_admin().await;
    let sql = format!("drop owned by {name}; drop role {name}");
    admin.batch_execute(&sql).await.unwrap();
}

async fn has_lodger(instance: &SharedInstance) -> bool {
    let admin = instance.connect_admin().await;
    !admin.query(HAS_LODGER, &[]).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_reference_auth_users() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let rights = "grant create on schema public to ROLE; grant usage on schema auth to ROLE;
        do $$ begin execute format('grant create on database %I to ROLE', current_database()); end $$";
    let (name, url) = tenant(&instance, rights).await;
    let project = Project::right(url);
    for command in ["plan", "apply"] {
        let ended = project.run(&[command]);
        assert_eq!(ended.code, 1, "{ended:?}");
        let said = "This fails here: permission denied for table users (42501).";
        assert!(ended.out.contains(said), "{}", ended.out);
    }
    assert!(!has_lodger(&instance).await);

    let grant = format!("grant references on auth.users to {name}");
    let admin = instance.connect_admin().await;
    admin.batch_execute(&grant).await.unwrap();
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    drop_tenant(&instance, &name).await;
    // the grant on auth.users was the test's own doing, and is gone with the role
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_create_nothing() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let (name, url) = tenant(&instance, "grant usage on schema auth to ROLE").await;
    let project = Project::new(
        url,
        &[("1_a.sql", "create table notes (id int primary key);\n")],
    );
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended
            .out
            .contains("permission denied for schema public (42501)"),
        "{}",
        ended.out
    );

    // it may create in public and not in the database, where Lodger's own schema goes
    let grant = format!("grant create on schema public to {name}");
    let admin = instance.connect_admin().await;
    admin.batch_execute(&grant).await.unwrap();
    let ended = project.run(&["plan"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ended = project.run(&["apply"]);
    ended.assert_error(3, "Lodger's schema `lodger` cannot be created");
    assert!(
        ended.err.contains("permission denied for database"),
        "{ended:?}"
    );
    let there = "select from pg_class where relname = 'notes'";
    assert!(admin.query(there, &[]).await.unwrap().is_empty());

    drop_tenant(&instance, &name).await;
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_auth_users_at_all() {
    let database = Cluster::shared().database(Template::Empty).await;
    let project = Project::right(database.url());
    for command in ["plan", "apply"] {
        let ended = project.run(&[command]);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(
            ended.out.contains("schema \"auth\" does not exist (3F000)"),
            "{}",
            ended.out
        );
    }
    let rows = database.connect().await.query(HAS_LODGER, &[]).await;
    assert!(rows.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_replica() {
    let cluster = Cluster::start();
    let admin = connect(&cluster.config(&cluster.superuser(), "postgres")).await;
    admin
        .batch_execute(lodger_database::base::ROLES)
        .await
        .unwrap();
    let create = format!("create database shared owner {OWNER}");
    admin.batch_execute(&create).await.unwrap();
    let inside = connect(&cluster.config(&cluster.superuser(), "shared")).await;
    lodger_database::base::install(&inside).await.unwrap();
    let owner = connect(&cluster.config(OWNER, "shared")).await;
    owner.batch_execute(strangers::INSTANCE).await.unwrap();
    let before = strangers::load_facts(&inside).await.unwrap();

    let standby = cluster.start_standby();
    let project = Project::new(
        standby.url(OWNER, "shared"),
        &[("20251101040000_right.sql", RIGHT)],
    );
    let ended = project.run(&["plan"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ended = project.run(&["apply"]);
    ended.assert_error(
        3,
        "the database is read-only: connect to the primary server",
    );

    let ended = project.at(cluster.url(OWNER, "shared")).run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let after = strangers::load_facts(&inside).await.unwrap();
    assert_eq!(before.damage(&after), Vec::<String>::new());
}
