//! Plays random cases, makes those that differ smaller, and tells what became of all of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::generate::case;
use super::judge::Ended;
use super::script::Script;
use super::stage::{Played, Stage, Target};

/// Cases at a time. The servers of one rest while its answers are read.
const LANES: usize = 3;
/// Every so many cases, the real run is on the embedded server.
const EMBEDDED_EVERY: u64 = 5;
/// Smaller cases that are tried for one that differs.
const SHRINKS: usize = 200;
/// Differing cases after which it is enough.
const ENOUGH: usize = 10;
/// Cases between two lines that tell how far it is.
const PROGRESS: u64 = 200;

/// What became of random cases.
#[derive(Debug, Default)]
pub(crate) struct Report {
    seed: u64,
    cases: u64,
    statements: usize,
    refused: BTreeMap<String, usize>,
    ended: [usize; 3],
    servers: usize,
    started: Option<Instant>,
    /// The smallest cases that differ, as files.
    pub(crate) differing: Vec<String>,
}

impl Report {
    fn note(&mut self, played: &Played) {
        self.cases += 1;
        self.statements += played.verdict.compared;
        for code in &played.verdict.refused {
            *self.refused.entry(code.clone()).or_default() += 1;
        }
        match played.verdict.ended {
            Some(Ended::Rows) => self.ended[0] += 1,
            Some(Ended::NotEvaluated) => self.ended[1] += 1,
            Some(Ended::Stuck) => self.ended[2] += 1,
            None => {}
        }
    }

    /// How often Postgres refused a statement with which SQLSTATE.
    pub(crate) fn refusals(&self) -> String {
        let of_code = |(code, times): (&String, &usize)| format!("{code} {times}");
        let all: Vec<String> = self.refused.iter().map(of_code).collect();
        format!("refused: {}", all.join(", "))
    }

    /// How far it is, in one line.
    pub(crate) fn line(&self) -> String {
        let [rows, unknown, stuck] = self.ended;
        let seconds = self.started.map_or(0.0, |it| it.elapsed().as_secs_f64());
        format!(
            "seed {}: {} cases, {} statements compared ({} of them refused), ended early: {rows} by rows, \
             {unknown} not evaluated, {stuck} stuck; {} servers; {} differ; {seconds:.1} s",
            self.seed,
            self.cases,
            self.statements,
            self.refused.values().sum::<usize>(),
            self.servers,
            self.differing.len()
        )
    }
}

/// Plays this many cases.
pub(crate) async fn play(cases: u64, seed: u64) -> Report {
    let next = Cell::new(0);
    let report = RefCell::new(Report {
        seed,
        started: Some(Instant::now()),
        ..Report::default()
    });
    let lanes = (0..LANES).map(|_| lane(&next, cases, seed, &report));
    futures_util::future::join_all(lanes).await;
    report.into_inner()
}

async fn lane(next: &Cell<u64>, cases: u64, seed: u64, report: &RefCell<Report>) {
    let mut stage = Stage::new().await;
    loop {
        let number = next.get();
        if number >= cases || report.borrow().differing.len() >= ENOUGH {
            break;
        }
        next.set(number + 1);
        let before = stage.started();
        let differing = one(&mut stage, seed, number, report).await;
        let mut report = report.borrow_mut();
        report.servers += stage.started() - before;
        if let Some(file) = differing {
            keep(seed, number, &file);
            report.differing.push(file);
        }
        if report.cases.is_multiple_of(PROGRESS) {
            say(&report.line());
        }
    }
}

/// Plays one case, and gives back the smallest one like it that differs.
async fn one(
    stage: &mut Stage,
    seed: u64,
    number: u64,
    report: &RefCell<Report>,
) -> Option<String> {
    let target = if number % EMBEDDED_EVERY == EMBEDDED_EVERY - 1 {
        Target::Embedded
    } else {
        Target::Native
    };
    let mut tree = case().new_tree(&mut runner(seed, number)).unwrap();
    let mut smallest = stage.play(&Script::of(&tree.current()), target).await;
    report.borrow_mut().note(&smallest);
    if smallest.verdict.differing.is_empty() {
        return None;
    }
    let mut going = tree.simplify();
    for _ in 0..SHRINKS {
        if !going {
            break;
        }
        let played = stage.play(&Script::of(&tree.current()), target).await;
        going = if played.verdict.differing.is_empty() {
            tree.complicate()
        } else {
            smallest = played;
            tree.simplify()
        };
    }
    let mut file = format!("-- seed {seed}, case {number}, {target:?}\n");
    write!(
        file,
        "{}",
        smallest.script.file(&smallest.verdict.differing)
    )
    .unwrap();
    Some(file)
}

/// Each case has random numbers of its own, so that it can be played alone.
fn runner(seed: u64, number: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), random)
}

/// Writes a case that differs where it can be taken from into the corpus.
fn keep(seed: u64, number: u64, file: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("seed_{seed}_case_{number}.sql"));
    std::fs::write(&path, file).unwrap();
    say(&format!("{file}=> {}\n", path.display()));
}

/// Says something while the test goes on.
pub(crate) fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}
