//! The test cluster itself: what a project's connection may do there, and that nothing is left behind.

use std::process::Command;
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, Settings, Template, connect};

#[tokio::test(flavor = "multi_thread")]
async fn projects_connect_as_an_owner_who_is_no_superuser() {
    let database = Cluster::shared().database(Template::Base).await;
    let client = database.connect().await;
    let row = client
        .query_one(
            "select rolname::text, rolsuper, rolbypassrls, rolcreaterole,
                    pg_has_role(current_user, 'pg_database_owner', 'usage')
             from pg_roles where rolname = current_user",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "postgres");
    assert_eq!(
        (row.get(1), row.get(2), row.get(3), row.get(4)),
        (false, true, true, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_through_tcp() {
    let cluster = Cluster::shared();
    let database = cluster.database(Template::Empty).await;
    let right: tokio_postgres::Config = database.tcp_url(&cluster.password()).parse().unwrap();
    connect(&right).await;
    let wrong = database
        .tcp_url("wrong")
        .parse::<tokio_postgres::Config>()
        .unwrap();
    let error = wrong
        .connect(tokio_postgres::NoTls)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "28P01");
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_are_dropped_with_their_value() {
    let cluster = Cluster::shared();
    let database = cluster.database(Template::Base).await;
    let name = database.name().to_owned();
    let client = connect(&cluster.config(&cluster.superuser(), "postgres")).await;
    let there = "select from pg_database where datname = $1";
    assert_eq!(client.query(there, &[&name]).await.unwrap().len(), 1);
    let _open = database.connect().await;
    drop(database);
    assert_eq!(client.query(there, &[&name]).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_of_ones_own_can_crash_and_come_back() {
    let settings = Settings {
        config: vec![("work_mem".into(), "5MB".into())],
        hba: vec!["local all anon reject".into()],
    };
    let mut cluster = Cluster::start_with(&settings);
    let config = cluster.config(&cluster.superuser(), "postgres");
    let client = connect(&config).await;
    client
        .batch_execute("create table kept (n int)")
        .await
        .unwrap();
    cluster.crash();
    assert!(client.batch_execute("select 1").await.is_err());
    cluster.restart();
    let client = connect(&config).await;
    let row = client.query_one("show work_mem", &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "5MB");
    let socket = std::path::PathBuf::from(folder_of(&cluster));
    drop(cluster);
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_has_the_same_rows_and_refuses_writes() {
    let cluster = Cluster::start();
    let client = connect(&cluster.config(&cluster.superuser(), "postgres")).await;
    client
        .batch_execute("create table kept as select 7 as n")
        .await
        .unwrap();
    let standby = cluster.start_standby();
    let client = connect(&standby.config(&standby.superuser(), "postgres")).await;
    let row = client.query_one("select n from kept", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 7);
    let error = client.batch_execute("drop table kept").await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "25006");
}

fn folder_of(cluster: &Cluster) -> String {
    let url = cluster.url("x", "x");
    let host = url.split_once('@').unwrap().1.split_once(':').unwrap().0;
    host.replace("%2F", "/")
}

/// The watchdog: this test starts itself in a second process, which makes a cluster and is killed.
#[test]
fn a_killed_process_leaves_no_cluster_behind() {
    const CHILD: &str = "LODGER_TEST_KILLED";
    if std::env::var_os(CHILD).is_some() {
        println!("folder {}", folder_of(&Cluster::start()));
        std::process::abort();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "cluster::a_killed_process_leaves_no_cluster_behind",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let folder = said
        .lines()
        .find_map(|line| line.strip_prefix("folder "))
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while std::path::Path::new(folder).exists() {
        assert!(Instant::now() < patience, "{folder} is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}
