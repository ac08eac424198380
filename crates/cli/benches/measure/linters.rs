//! `lint --static` beside the field's static checkers, on 500 files of 40 lines.

use std::path::Path;
use std::process::Command;

use crate::commands::{lodger, program, sql_files, version};
use crate::generated::{ORDER, generate, write};
use crate::timing::{head, median, row, runs, seconds, timed, timed_any};

/// Such as is comparable with one of Lodger's.
const SQUAWK: &str = "npm install -g squawk-cli@2.68.0";
const EUGENE: &str = "cargo install eugene, which needs libclang";

pub(crate) fn run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(ORDER.lines().count(), 40);
    write(folder, &generate(500, ORDER));
    let squawk = program("squawk", "PEER_SQUAWK", SQUAWK);
    let eugene = program("eugene", "PEER_EUGENE", EUGENE);
    let mut cells = vec![("migrations".to_owned(), "500 of 40 lines".to_owned())];
    let mut add = |name: String, time| cells.push((name, seconds(time)));
    let lint = || timed(&mut lodger(&["lint", "--static"], folder, None));
    add("lint --static".to_owned(), median(runs(), lint));
    for (name, path) in [("squawk", squawk), ("eugene lint", eugene)] {
        let Some(path) = path else { continue };
        let name = format!("{name} {}", version(&path));
        add(name, median(runs(), || checked(&path, folder)));
    }
    let (names, times): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
    head(&names);
    row(times);
}

/// Findings are their exit code, as they are Lodger's.
fn checked(path: &Path, folder: &Path) -> std::time::Duration {
    let mut command = Command::new(path);
    if path.file_stem().is_some_and(|it| it == "eugene") {
        command
            .args(["lint", "--sort-mode", "name", "-a"])
            .arg(folder);
    } else {
        command.args(sql_files(folder));
    }
    timed_any(&mut command).0
}
