//! The server cannot be reached, or does not let us in.

use lodger_database::testing::{Cluster, Settings, SharedInstance, Template, Variant};

use crate::project::Project;

/// The commands that go to the database.
const COMMANDS: &[&str] = &["plan", "apply", "status"];

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password() {
    let cluster = Cluster::shared();
    let instance = SharedInstance::create(cluster, Variant::Plain).await;
    let project = Project::right(instance.database().tcp_url("not-the-password"));
    for command in COMMANDS {
        let ended = project.run(&[command]);
        ended.assert_error(3, "does not accept the password for user postgres");
        assert!(!ended.err.contains("not-the-password"), "{ended:?}");
    }
    instance.assert_strangers_untouched().await;

    let project = project.at(instance.database().tcp_url(&cluster.password()));
    let ended = project.run(&["status"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_where_one_is_needed() {
    let database = Cluster::shared().database(Template::Empty).await;
    let url = database.tcp_url("x").replace(":x@", "@");
    Project::right(url)
        .run(&["plan"])
        .assert_error(3, "does not accept the password for user postgres");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there() {
    let cluster = Cluster::shared();
    let database = cluster.database(Template::Empty).await;
    let url = database.url().replace(database.name(), "no_such_database");
    for command in COMMANDS {
        let ended = Project::right(&url).run(&[command]);
        ended.assert_error(3, "there is no database no_such_database");
    }
}

#[test]
fn no_socket_and_no_host() {
    let project = Project::right("postgres:///db?host=/no/such/folder&user=me");
    project.run(&["plan"]).assert_error(3, "no server answers");
    let project = project.at("postgres://me:secret@no-such-host.invalid/db");
    let ended = project.run(&["plan"]);
    ended.assert_error(3, "no-such-host.invalid");
    assert!(!ended.err.contains("secret"), "{ended:?}");
}

/// One server for both: it lets nobody in without encryption, and has none to offer.
#[tokio::test(flavor = "multi_thread")]
async fn encryption_that_only_one_side_wants() {
    let cluster: &'static Cluster = Box::leak(Box::new(Cluster::start_with(&Settings {
        config: Vec::new(),
        hba: vec!["hostnossl all postgres 127.0.0.1/32 reject".into()],
    })));
    let database = cluster.database(Template::Empty).await;
    let plain = database.tcp_url(&cluster.password());
    let with = |mode: &str| Project::right(format!("{plain}?sslmode={mode}"));

    let ended = with("disable").run(&["plan"]);
    ended.assert_error(3, "demands an encrypted connection");
    assert!(
        ended.err.contains("take `sslmode=disable` out"),
        "{ended:?}"
    );
    let ended = with("prefer").run(&["plan"]);
    ended.assert_error(3, "does not let user postgres in");
    assert!(ended.err.contains("no encryption"), "{ended:?}");
    let ended = with("require").run(&["apply"]);
    ended.assert_error(3, "offers no encryption");
}
