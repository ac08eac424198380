//! The server goes down as in a power failure, in the middle of `lodger apply`.

use std::time::Duration;

use lodger_database::base::{self, strangers};
use lodger_database::testing::{Cluster, OWNER, Settings, connect};

use super::scene::{Scene, ended, random_part};

const ROUNDS: u32 = 4;
pub(crate) const NAME: &str = "shared";

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_there_or_not_whenever_the_server_goes_down() {
    // Test clusters do not wait for the disk; here what is committed has to stay.
    let mut cluster = Cluster::start_with(&Settings {
        config: vec![("synchronous_commit".into(), "on".into())],
        ..Settings::default()
    });
    make_instance(&cluster).await;
    // After a crash sequences are a little ahead, as Postgres logs them: that is not what is looked for here.
    cluster.crash();
    cluster.restart();
    let admin = cluster.url(&cluster.superuser(), NAME);
    let scene = Scene::set(cluster.url(OWNER, NAME), admin).await;
    let mut crashed = 0;
    for _ in 0..ROUNDS {
        let mut child = scene.start();
        if scene.wait_for_writes(&mut child).await {
            tokio::time::sleep(random_part(Duration::from_millis(400))).await;
        }
        cluster.crash();
        let ended = ended(child);
        cluster.restart();
        if ended.code == 0 {
            scene.check_complete().await;
            scene.rewind().await;
            continue;
        }
        crashed += 1;
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(
            ended
                .err
                .contains("the connection was lost, and the server undoes"),
            "{ended:?}"
        );
        scene.check().await;
    }
    assert!(crashed > 0);
    scene.complete().await;
}

/// Other projects in a database of a cluster of one's own.
pub(crate) async fn make_instance(cluster: &Cluster) {
    let admin = connect(&cluster.config(&cluster.superuser(), "postgres")).await;
    admin.batch_execute(base::ROLES).await.unwrap();
    let create = format!("create database {NAME} owner {OWNER}");
    admin.batch_execute(&create).await.unwrap();
    let inside = connect(&cluster.config(&cluster.superuser(), NAME)).await;
    base::install(&inside).await.unwrap();
    let owner = connect(&cluster.config(OWNER, NAME)).await;
    owner.batch_execute(strangers::INSTANCE).await.unwrap();
}
