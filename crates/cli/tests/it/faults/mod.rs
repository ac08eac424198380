//! Something goes down while Lodger works: the program, the server, its backends or the line between them, at
//! every edge of a step and at random moments. Then everything is as before, or done, and the next run finishes.

mod apply;
mod draw;
mod export;
mod line;
mod operation;
mod play;
mod repair;
mod rollback;
mod stage;
mod store;
mod tally;
mod transfer;
mod watch;

use draw::Draw;
use play::Play;
use stage::Stage;

/// Runs when nobody says how many.
const RUNS: u64 = 8;
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
    // What takes effect in several steps has the most moments at which it can be interrupted.
    let share = runs.div_ceil(8);
    play.operation::<apply::Apply>(0..3 * share).await;
    // Few runs are of different victims, too.
    play.operation::<rollback::Rollback>(0..share).await;
    play.operation::<export::Export>(1..1 + share).await;
    play.operation::<repair::Repair>(2..2 + share).await;
    play.operation::<transfer::Transfer>(3..3 + share).await;
    play.operation::<watch::Watch>(2..2 + share).await;
    play::say(&play.tally.to_string());
    assert!(play.tally.runs() >= runs);
}
