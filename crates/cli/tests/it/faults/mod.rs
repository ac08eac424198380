//! Something goes down while Lodger works: the program, the server, its backends or the line between them, at
//! every edge of a step and at random moments. Then everything is as before, or done, and the next run finishes.

mod apply;
mod draw;
mod export;
mod line;
mod operation;
mod others;
mod play;
mod refusals;
mod repair;
mod rollback;
mod stage;
mod store;
mod tally;
mod transfer;
mod watch;

use draw::Draw;
use operation::Operation as _;
use play::Play;
use stage::Stage;

/// Runs when nobody says how many.
const RUNS: u64 = 12;
/// Always the same ones, unless somebody asks for others.
const SEED: u64 = 1;

/// `cargo xtask faults` sets it.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |it| it.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_as_before_or_done_and_the_next_run_finishes() {
    let runs = number("LODGER_FAULTS_RUNS", RUNS);
    let draw = Draw::new(number("LODGER_FAULTS_SEED", SEED));
    let mut play = Play::new(Stage::start().await, draw);
    let only = std::env::var("LODGER_FAULTS_OPERATION").ok();
    let wanted = |name| only.as_ref().is_none_or(|it| it == name);
    // One share each. Few runs are of different victims, too.
    let share = if only.is_some() {
        runs
    } else {
        runs.div_ceil(6)
    };
    if wanted(apply::Apply::NAME) {
        play.operation::<apply::Apply>(0..share).await;
    }
    if wanted(rollback::Rollback::NAME) {
        play.operation::<rollback::Rollback>(2..2 + share).await;
    }
    if wanted(export::Export::NAME) {
        play.operation::<export::Export>(0..share).await;
    }
    if wanted(repair::Repair::NAME) {
        play.operation::<repair::Repair>(2..2 + share).await;
    }
    if wanted(transfer::Transfer::NAME) {
        play.operation::<transfer::Transfer>(1..1 + share).await;
    }
    if wanted(watch::Watch::NAME) {
        play.operation::<watch::Watch>(3..3 + share).await;
    }
    play::say(&play.tally.to_string());
    assert!(play.tally.runs() >= runs);
}
