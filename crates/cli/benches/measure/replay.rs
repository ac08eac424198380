//! `lint`, with all it executes, beside `psql -1`: the same files, in turn, in one run.

use std::path::Path;
use std::time::Duration;

use crate::commands::{lodger, psql};
use crate::generated::{ORDER, generate, item, write};
use crate::instances::instance;
use crate::timing::{head, quantile, row, runs, seconds, timed};

pub(crate) fn run() {
    head(&[
        "migrations",
        "psql -1",
        "lint",
        "lint / psql",
        "least",
        "most",
    ]);
    measure("500 of 5 statements", &item("item_{number}"));
    measure("500 of 40 lines", ORDER);
}

/// Machines change their speed from minute to minute: only what ran side by side is compared.
fn measure(name: &str, sql: &str) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &generate(500, sql));
    let rounds: Vec<(Duration, Duration)> = (0..runs()).map(|_| round(folder.path())).collect();
    let psql = quantile(rounds.iter().map(|it| it.0).collect(), 0.5);
    let lint = quantile(rounds.iter().map(|it| it.1).collect(), 0.5);
    let ratios = rounds
        .iter()
        .map(|(psql, lint)| lint.as_secs_f64() / psql.as_secs_f64());
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| format!("{:.2}", ratios.get(place).copied().unwrap_or_default());
    let last = ratios.len().saturating_sub(1);
    let places = [ratios.len() / 2, 0, last].map(at);
    let times = [psql, lint].map(seconds);
    row(std::iter::once(name.to_owned()).chain(times).chain(places));
}

fn round(folder: &Path) -> (Duration, Duration) {
    let database = instance();
    let executed = timed(&mut psql(folder, &database.url()));
    (executed, timed(&mut lodger(&["lint"], folder, None)))
}
