//! What is measured in Rust, each part by its name: `cargo bench -p lodger --bench measure -- side_by_side`; all of
//! them without a name. Prints the tables of `docs/measurements.md`. Programs to compare with are looked for on the
//! PATH and left out, with a sentence, where they are not; `BENCH_RUNS` says how often things are timed.
#![expect(
    clippy::print_stdout,
    reason = "the tables are what the benchmark is for"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run says why and stops"
)]

mod applier;
mod chores;
mod commands;
mod generated;
mod instances;
mod linters;
mod listeners;
mod process;
mod replay;
mod scale;
mod side_by_side;
mod sign_in;
mod sign_ins;
mod start;
mod streams;
mod timing;

/// Each part, and what the documentation calls it.
const PARTS: [(&str, fn()); 8] = [
    ("side_by_side", side_by_side::run),
    ("replay", replay::run),
    ("linters", linters::run),
    ("scale", scale::run),
    ("chores", chores::run),
    ("sign_in", sign_in::run),
    ("listeners", listeners::run),
    ("start", start::run),
];

fn main() {
    // Cargo adds `--bench` of its own.
    let names: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wanted: Vec<&str> = names
        .into_iter()
        .filter(|name| !name.starts_with("--"))
        .collect();
    let known = PARTS.map(|(name, _)| name).join(", ");
    for name in &wanted {
        let is_known = PARTS.iter().any(|(part, _)| part == name);
        assert!(is_known, "there is no part {name}, but {known}");
    }
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.contains(&name) {
            println!("\n## {name}\n");
            run();
        }
    }
}
