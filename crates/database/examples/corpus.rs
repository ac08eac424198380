//! Runs the corpus and prints how much of it was found: `cargo xtask corpus`.
#![expect(
    clippy::print_stdout,
    reason = "a chore of the workspace, not a part of the program"
)]

use std::error::Error;
use std::path::Path;

use lodger_database::testing::corpus::{self, Case, Foreign, Score, Verdict};

/// Cases at a time: each has embedded servers of its own.
const AT_ONCE: usize = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--export", folder] => corpus::export(&corpus::cases(""), Path::new(folder))?,
        ["--findings", file] => print_foreign(&std::fs::read_to_string(file)?),
        ["--outcomes", filter] => {
            let cases = corpus::cases(filter);
            write_outcomes(&corpus::judge(&cases, AT_ONCE, tell).await)?;
        }
        ["--verbose", filter] => {
            let cases = corpus::cases(filter);
            let verdicts = corpus::judge(&cases, AT_ONCE, print_findings).await;
            println!("{}", Score::of(&verdicts));
        }
        words => print_score(&corpus::cases(words.first().copied().unwrap_or_default())).await,
    }
    Ok(())
}

/// One case is done.
fn tell(verdict: &Verdict) {
    let Verdict { name, missed, .. } = verdict;
    println!("{name}{}", if missed.is_empty() { "" } else { "  MISSED" });
}

async fn print_score(cases: &[Case]) {
    println!("{}", Score::of(&corpus::judge(cases, AT_ONCE, tell).await));
}

fn print_findings(verdict: &Verdict) {
    println!("== {}", verdict.name);
    for it in &verdict.found {
        let weight = it.severity.as_str();
        println!(
            "  {}:{} {weight} {}: {}",
            it.file, it.line, it.rule, it.message
        );
    }
    for it in &verdict.not_mirrored {
        println!("  not mirrored: {it}");
    }
    if let Some(reason) = &verdict.not_executed {
        println!("  not executed: {reason}");
    }
}

fn print_foreign(said: &str) {
    let score = Foreign::of(&corpus::cases(""), said);
    println!("strict           {}", score.strict);
    println!("loose            {}", score.loose);
    println!("false positives  {}", score.false_positives);
    for miss in &score.misses {
        println!("{miss}");
    }
}

/// Writes the outcomes that Postgres had at the foot of each case that says none.
fn write_outcomes(verdicts: &[Verdict]) -> Result<(), Box<dyn Error>> {
    for verdict in verdicts {
        let file = corpus::folder().join(format!("{}.sql", verdict.name));
        let sound = verdict.not_as_planned.is_empty() && verdict.not_executed.is_none();
        if verdict.outcome_lines.is_empty() || !sound || !file.is_file() {
            continue;
        }
        let mut text = std::fs::read_to_string(&file)?;
        text.push_str(&verdict.outcome_lines.join("\n"));
        text.push('\n');
        std::fs::write(&file, text)?;
    }
    Ok(())
}
