//! The differential test: what is predicted for random migrations on random instances is what Postgres does.

mod generate;
mod instance;
mod judge;
mod model;
mod outcomes;
mod real;
mod render;
mod stage;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use generate::case;
use model::Case;
use stage::{Played, Stage, Target};

/// Tries to make a case smaller before it is shown.
const SHRINKS: usize = 0;

/// Plays the case of this number, and gives back the smallest one like it that differs.
async fn differing(stage: &mut Stage, seed: u64, number: u64, target: Target) -> (Played, Option<(Case, Played)>) {
    let mut tree = case().new_tree(&mut runner(seed, number)).unwrap();
    let first = stage.play(&tree.current(), target).await;
    if first.verdict.differing.is_empty() {
        return (first, None);
    }
    let mut smallest = None;
    let mut tries = 0;
    let mut going = tree.simplify();
    while going && tries < SHRINKS {
        tries += 1;
        let smaller = tree.current();
        let played = stage.play(&smaller, target).await;
        going = if played.verdict.differing.is_empty() {
            tree.complicate()
        } else {
            smallest = Some((smaller, played));
            tree.simplify()
        };
    }
    let smallest = match smallest {
        Some(smallest) => smallest,
        None => {
            let whole = case().new_tree(&mut runner(seed, number)).unwrap().current();
            let played = stage.play(&whole, target).await;
            (whole, played)
        }
    };
    (first, Some(smallest))
}

/// Each case has random numbers of its own, so that it can be played alone.
fn runner(seed: u64, number: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_predicted_is_what_happens() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |it| it.parse().unwrap())
    };
    let (cases, seed) = (
        number("LODGER_DIFFERENTIAL_CASES", 50),
        number("LODGER_DIFFERENTIAL_SEED", 1),
    );
    let mut stage = Stage::new().await;
    let started = std::time::Instant::now();
    let mut failures = Vec::new();
    let (mut compared, mut rows, mut unknown) = (0, 0, 0);
    for number in 0..cases {
        let target = if number % 4 == 3 {
            Target::Embedded
        } else {
            Target::Native
        };
        let (first, smallest) = differing(&mut stage, seed, number, target).await;
        compared += first.verdict.compared;
        match first.verdict.ended {
            Some(judge::Ended::Rows) => rows += 1,
            Some(judge::Ended::NotEvaluated | judge::Ended::Stuck) => unknown += 1,
            None => {}
        }
        if let Some((_, played)) = smallest {
            eprintln!("case {number} on {target:?}");
            for (project, sql) in &played.standing {
                eprintln!("-- {project}\n{sql}");
            }
            eprintln!("-- pending\n{}\n=> {:#?}", played.pending, played.verdict.differing);
            failures.push(number);
        }
    }
    eprintln!(
        "{cases} cases, {compared} statements compared, {rows} ended by rows, {unknown} not evaluated, {} servers, {:?}, cpu {}",
        stage.started(),
        started.elapsed(),
        std::fs::read_to_string("/proc/self/stat").unwrap().split(' ').skip(13).take(2).map(|it| it.parse::<u64>().unwrap()).sum::<u64>() / 100
    );
    assert!(failures.is_empty(), "{} differ: {failures:?}", failures.len());
}
