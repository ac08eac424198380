//! How often, how long, and how that is printed.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How often each thing is timed; the median counts. `BENCH_RUNS` says otherwise.
pub(crate) fn runs() -> usize {
    number("BENCH_RUNS", 5)
}

/// A number from the environment.
pub(crate) fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| {
        let parsed = text.replace('_', "").parse();
        parsed.expect("BENCH_RUNS and BENCH_EVENTS are numbers")
    })
}

/// The median of so many times.
pub(crate) fn median(runs: usize, work: impl FnMut() -> Duration) -> Duration {
    let times = std::iter::repeat_with(work).take(runs).collect();
    quantile(times, 0.5)
}

/// The time that this part of all is not longer than.
pub(crate) fn quantile(mut times: Vec<Duration>, part: f64) -> Duration {
    times.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among at most a million times"
    )]
    let place = (times.len() as f64 * part) as usize;
    let last = times.len().saturating_sub(1);
    times.get(place.min(last)).copied().unwrap_or_default()
}

/// How long a command takes, from its start to its exit. It has to succeed.
pub(crate) fn timed(command: &mut Command) -> Duration {
    let (time, output) = timed_any(command);
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    time
}

/// How long a command takes, whatever its exit code.
pub(crate) fn timed_any(command: &mut Command) -> (Duration, Output) {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    (started.elapsed(), output)
}

/// All that a command has said.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// A cell of a table.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// A cell of a table.
pub(crate) fn milliseconds(time: Duration) -> String {
    let value = time.as_secs_f64() * 1000.0;
    if value < 10.0 {
        format!("{value:.1} ms")
    } else {
        format!("{value:.0} ms")
    }
}

/// A line of a table.
pub(crate) fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) {
    let cells: Vec<String> = cells.into_iter().map(|it| it.as_ref().to_owned()).collect();
    println!("| {} |", cells.join(" | "));
}

/// The first two lines of a table.
pub(crate) fn head<T: AsRef<str>>(cells: &[T]) {
    row(cells);
    row(cells.iter().map(|_| "---"));
}
