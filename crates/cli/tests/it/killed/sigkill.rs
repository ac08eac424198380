//! `SIGKILL` at random moments of `lodger apply`.

use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use super::scene::{Scene, ended, random_part};

const ROUNDS: u32 = 25;
/// A slow machine does as many rounds as fit in here.
const PATIENCE: Duration = Duration::from_secs(90);
const AT_LEAST: u32 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_there_or_not_whenever_lodger_is_killed() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let scene = Scene::set(instance.url(), instance.admin_url()).await;
    let (planning, writing) = measure(&scene).await;

    let started = Instant::now();
    let (mut killed, mut while_writing) = (0, 0);
    for round in 0..ROUNDS {
        if started.elapsed() > PATIENCE && killed >= AT_LEAST {
            break;
        }
        let mut child = scene.start();
        // most of the time is spent on the plan, and that is where the least can go wrong
        let is_planning = round % 6 == 5;
        let longest = if is_planning {
            planning
        } else if scene.wait_for_writes(&mut child).await {
            writing
        } else {
            Duration::ZERO
        };
        tokio::time::sleep(random_part(longest)).await;
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{:?}", ended(child));
            scene.check_complete().await;
            scene.rewind().await;
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        while_writing += u32::from(!is_planning);
        scene.settle().await;
        scene.check().await;
    }
    eprintln!("killed {killed} times, of which {while_writing} while it wrote");
    assert!(killed >= AT_LEAST, "{killed} of {ROUNDS} were killed");
    scene.complete().await;
    instance.assert_strangers_untouched().await;
}

/// How long a whole run plans, and how long it writes.
async fn measure(scene: &Scene) -> (Duration, Duration) {
    let started = Instant::now();
    let mut child = scene.start();
    let writes = scene.wait_for_writes(&mut child).await;
    let planning = started.elapsed();
    let ended = ended(child);
    assert!(writes && ended.code == 0, "{ended:?}");
    scene.check_complete().await;
    scene.rewind().await;
    (planning, started.elapsed().saturating_sub(planning))
}
