//! Lodger's lint, plan and apply beside `psql -1`, on the same files and the same kind of database, in one run.

use std::path::Path;

use crate::commands::{lodger, psql, seed};
use crate::generated::{generate, item, write};
use crate::instances::instance;
use crate::timing::{head, median, row, runs, seconds, timed};

pub(crate) fn run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &generate(500, &item("item_{number}")));
    head(&[
        "migrations",
        "lint --static",
        "lint",
        "plan",
        "apply",
        "psql -1",
    ]);
    measure("the seed's", &seed(), runs());
    measure("500 generated", folder.path(), 1);
}

/// What writes needs a fresh database each time, and is done less often.
fn measure(name: &str, folder: &Path, runs: usize) {
    let time = |arguments: &[&str], url: Option<&str>| timed(&mut lodger(arguments, folder, url));
    let parsed = median(runs.max(3), || time(&["lint", "--static"], None));
    let lint = median(runs, || time(&["lint"], None));
    let planned = instance();
    let plan = median(runs, || time(&["plan"], Some(&planned.url())));
    let apply = median(runs.min(3), || time(&["apply"], Some(&instance().url())));
    let psql = median(runs.min(3), || timed(&mut psql(folder, &instance().url())));
    let times = [parsed, lint, plan, apply, psql].map(seconds);
    row(std::iter::once(name.to_owned()).chain(times));
}
