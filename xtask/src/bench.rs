//! Everything that is measured, one after the other; the machine should do nothing else meanwhile.

use std::process::Command;

use anyhow::Result;

use crate::needs;
use crate::shell::{self, cargo, root};

/// Ratios within one run, on a server of our own.
const BENCHES: &[&str] = &["side_by_side", "scale"];

/// Prints the tables of which `docs/measurements.md` keeps a copy.
pub(crate) fn run() -> Result<()> {
    needs::ensure_all()?;
    for bench in BENCHES {
        println!("\n# {bench}");
        shell::run(&mut cargo(&[
            "bench",
            "--package",
            "lodger",
            "--bench",
            bench,
        ]))?;
    }
    println!("\n# lists over HTTP");
    shell::run(&mut cargo(&["build", "--release", "--package", "lodger"]))?;
    shell::run(Command::new("bash").arg(root().join("benches/api/run.sh")))
}
