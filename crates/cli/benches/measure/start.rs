//! How soon `lodger up` answers, in an empty folder and later, what memory it takes, and how large the program is.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::commands::LODGER;
use crate::process::Running;
use crate::timing::{head, median, milliseconds, quantile, row, runs, seconds, timed};

pub(crate) fn run() {
    let mut first = Vec::new();
    let mut again = Vec::new();
    let mut memory = (String::new(), String::new());
    for _ in 0..runs() {
        let folder = tempfile::tempdir().unwrap();
        for times in [&mut first, &mut again] {
            let (time, running) = up(folder.path());
            times.push(time);
            memory = (running.memory(), running.most_memory());
        }
    }
    let version = median(runs(), || timed(Command::new(LODGER).arg("--version")));
    head(&["", "until it answers"]);
    row(["lodger --version", &milliseconds(version)]);
    row([
        "lodger up in an empty folder",
        &seconds(quantile(first, 0.5)),
    ]);
    row(["lodger up, once more", &seconds(quantile(again, 0.5))]);
    let (now, most) = memory;
    println!("\nIt has {now} of memory then, and had {most} at most.");
    let size = fs::metadata(LODGER).unwrap().len() / 1_000_000;
    println!("The program is {size} MB large.");
}

/// From its start until it says that it is ready.
fn up(folder: &Path) -> (Duration, Running) {
    let mut command = Command::new(LODGER);
    command.args(["up", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.join("data")).current_dir(folder);
    let started = Instant::now();
    let running = Running::start(&mut command);
    let answer = running.get("/readyz");
    let time = started.elapsed();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (time, running)
}
