//! The differential test: what is predicted for random migrations on random instances is what Postgres does.

mod generate;
mod instance;
mod judge;
mod model;
mod outcomes;
mod random;
mod real;
mod render;
mod script;
mod stage;

use std::path::Path;

use script::Script;
use stage::{Stage, Target};

/// Cases that are played when nobody says how many.
const CASES: u64 = 2_000;
/// Always the same ones, unless somebody asks for others.
const SEED: u64 = 1;

/// `cargo xtask differential` sets it.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |it| it.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_predicted_is_what_happens() {
    let cases = number("LODGER_DIFFERENTIAL_CASES", CASES);
    let seed = number("LODGER_DIFFERENTIAL_SEED", SEED);
    let report = random::play(cases, seed).await;
    random::say(&report.refusals());
    random::say(&report.line());
    assert!(
        report.differing.is_empty(),
        "{}",
        report.differing.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ever_differed_does_not_differ_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/differential");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut stage = Stage::new().await;
    let mut failures = Vec::new();
    for file in &files {
        let script = Script::parse(&std::fs::read_to_string(file).unwrap());
        for target in [Target::Native, Target::Embedded] {
            let played = stage.play(&script, target).await;
            let name = file.file_name().unwrap().to_string_lossy();
            let found = played.verdict.differing.iter();
            failures.extend(found.map(|it| format!("{name} on {target:?}: {it}")));
        }
    }
    assert!(!files.is_empty());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
