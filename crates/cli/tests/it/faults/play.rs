//! Plays runs: something happens, then everything is looked at, then the next run finishes.

use std::io::Write as _;
use std::ops::Range;
use std::process::Child;
use std::time::{Duration, Instant};

use lodger_database::testing::connect;
use serde_json::Value;

use super::draw::{Draw, Moment, Undisturbed, Victim};
use super::line::Line;
use super::operation::{Operation, Place, Stand};
use super::stage::Stage;
use super::tally::Tally;
use crate::killed::scene::ended;
use crate::sandbox::Ended;

const PATIENCE: Duration = Duration::from_mins(1);
/// The database of a run.
const RUN: &str = "run";
const OTHERS: &str = "select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";

/// Runs that are played, one after the other.
pub(super) struct Play {
    stage: Stage,
    draw: Draw,
    pub(super) tally: Tally,
}

/// An operation, how it goes when nothing happens, and what it makes of what.
struct Known<O> {
    operation: O,
    template: String,
    undisturbed: Undisturbed,
    before: Value,
    after: Value,
    /// What was done to the other projects by hand, before: a foreign key that is to be repaired.
    damage: Vec<String>,
}

impl Play {
    pub(super) fn new(stage: Stage, draw: Draw) -> Self {
        Self {
            stage,
            draw,
            tally: Tally::default(),
        }
    }

    /// Plays runs of an operation: these of all that there could be.
    pub(super) async fn operation<O: Operation>(&mut self, runs: Range<u64>) {
        let known = self.learn::<O>().await;
        for run in runs {
            let victim = Draw::victim(run);
            let moment = self.draw.moment(run, &known.undisturbed);
            say(&format!("{} {run}: {victim} at {moment:?}", O::NAME));
            let (struck, stand) = self.run(&known, victim, moment).await;
            self.tally.add(O::NAME, victim, struck, stand);
        }
    }

    async fn learn<O: Operation>(&self) -> Known<O> {
        let template = format!("{}_due", O::NAME);
        let place = self.stage.instance(&template).await;
        let operation = O::prepare(&place).await;
        let place = self.stage.copy(&template, RUN).await;
        operation.rewind_files();
        let before = operation.look(&place).await;
        let line = Line::to(self.stage.cluster.socket(), None);
        let started = Instant::now();
        let url = Stage::url_through(&line, RUN);
        let ended = ended(operation.command(&url).spawn().unwrap());
        let undisturbed = Undisturbed {
            takes: started.elapsed(),
            traffic: line.traffic(),
        };
        assert_eq!(ended.code, 0, "{ended:?}");
        let after = operation.look(&place).await;
        assert_ne!(before, after);
        let damage = self.stage.damage(&place).await;
        assert!(O::IS_REPAIRED || damage.is_empty(), "{damage:?}");
        say(&format!("{}: {undisturbed:?}", O::NAME));
        Known {
            operation,
            template,
            undisturbed,
            before,
            after,
            damage,
        }
    }

    /// One run. Tells whether something happened before it was over, and where it stood then.
    async fn run<O: Operation>(
        &mut self,
        known: &Known<O>,
        victim: Victim,
        moment: Moment,
    ) -> (bool, Stand) {
        let place = self.stage.copy(&known.template, RUN).await;
        known.operation.rewind_files();
        let line = Line::to(self.stage.cluster.socket(), moment.hold());
        let url = Stage::url_through(&line, RUN);
        let mut child = known.operation.command(&url).spawn().unwrap();
        let struck = wait_for(moment, &line, &mut child).await;
        if struck {
            self.strike(victim, &place, &line, &mut child).await;
        }
        line.release();
        let ended = self.end(child).await;
        settle(&place).await;
        assert_eq!(self.stage.damage(&place).await, known.damage);
        let (operation, before, after) = (&known.operation, &known.before, &known.after);
        let stand = operation.stand(&place, before, after).await;
        if let Some(ended) = ended {
            check_end(&ended, stand);
        }
        operation.finish(&place, after).await;
        assert_eq!(self.stage.damage(&place).await, known.damage);
        (struck, stand)
    }

    async fn strike(&mut self, victim: Victim, place: &Place, line: &Line, child: &mut Child) {
        match victim {
            // What it had not sent yet is not sent by the line either.
            Victim::Lodger => {
                child.kill().unwrap();
                line.cut();
            }
            Victim::Network => line.cut(),
            Victim::Backend => self.stage.terminate_backends(place).await,
            Victim::Server => {
                self.stage.cluster.crash();
                line.release();
                self.stage.cluster.restart();
            }
        }
    }

    /// How it ended; nothing if it was killed.
    async fn end(&self, mut child: Child) -> Option<Ended> {
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("it does not end: {:?}", child.wait_with_output());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let output = child.wait_with_output().unwrap();
        output.status.code().map(|_| Ended::of(&output))
    }
}

/// For whoever looks on: the run that fails is the last one named.
pub(super) fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").ok();
}

/// Waits for the moment; `false` when it is over before.
async fn wait_for(moment: Moment, line: &Line, child: &mut Child) -> bool {
    let started = Instant::now();
    loop {
        let is_now = match moment {
            Moment::Held(..) => line.holds(),
            Moment::After(delay) => started.elapsed() >= delay,
        };
        if is_now {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(started.elapsed() < PATIENCE, "the moment does not come");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until the server has noticed that the program is gone.
async fn settle(place: &Place) {
    let client = connect(&place.admin.parse().unwrap()).await;
    let started = Instant::now();
    while !client.query(OTHERS, &[]).await.unwrap().is_empty() {
        assert!(
            started.elapsed() < PATIENCE,
            "its connection is still there"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What outlives what happened says how it went: it is done, or it could not be done and why.
fn check_end(ended: &Ended, stand: Stand) {
    match ended.code {
        0 => assert_eq!(stand, Stand::After, "{ended:?}"),
        3 => assert!(!ended.err.is_empty(), "{ended:?}"),
        _ => panic!("{ended:?}"),
    }
}
