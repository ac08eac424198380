//! Behind a transaction pooler a connection has no session: the lock of an apply could not be kept.

use lodger_database::testing::{Cluster, Lending, OWNER, Pooler, SharedInstance, Variant, connect};

use crate::project::Project;

#[tokio::test(flavor = "multi_thread")]
async fn apply_refuses_a_pooler_that_lends_the_latest_server() {
    a_transaction_pooler_is_refused(false, 1).await;
    a_transaction_pooler_is_refused(false, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_refuses_a_pooler_that_lends_servers_in_turn() {
    for servers in 1..=3 {
        a_transaction_pooler_is_refused(true, servers).await;
    }
}

async fn a_transaction_pooler_is_refused(in_turn: bool, servers: usize) {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let lending = Lending {
        servers: 3,
        in_turn,
    };
    let name = instance.database().name();
    let pooler = Pooler::start(Cluster::shared(), OWNER, name, lending);
    let url = pooler.url(OWNER, name);
    let project = Project::right(url.clone());
    let ended = project.run(&["plan"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for _ in 0..2 {
        warm(&url, servers).await;
        let ended = project.run(&["apply"]);
        ended.assert_error(3, "goes through a transaction pooler");
        assert!(ended.err.contains("5432"), "{ended:?}");
    }
    let lodger = "select from pg_namespace where nspname = 'lodger'";
    let there = instance.connect().await.query(lodger, &[]).await.unwrap();
    assert!(there.is_empty());
    instance.assert_strangers_untouched().await;

    // no lock stayed behind on one of the pooler's servers
    let ended = project.at(instance.url()).run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

/// Transactions at once make the pooler open that many connections to the server, and keep them.
async fn warm(url: &str, servers: usize) {
    let config = url.parse().unwrap();
    let mut open = Vec::new();
    for _ in 0..servers {
        let one = connect(&config).await;
        one.batch_execute("begin").await.unwrap();
        open.push(one);
    }
    for one in &open {
        one.batch_execute("rollback").await.unwrap();
    }
}
