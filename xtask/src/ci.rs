//! Everything that a change must pass, in the order in which it fails soonest.

use std::time::Instant;

use anyhow::Result;

use crate::shell::{self, cargo};
use crate::{pins, test};

type Step = (&'static str, fn() -> Result<Vec<String>>);

const STEPS: &[Step] = &[
    ("formatting", || plain(&["fmt", "--all", "--check"])),
    ("clippy", || {
        plain(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ])
    }),
    ("clippy, pure", || {
        plain(&[
            "clippy",
            "--package",
            "lodger",
            "--no-default-features",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])
    }),
    ("documentation", || {
        let mut doc = cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ]);
        shell::run(doc.env("RUSTDOCFLAGS", "--deny warnings")).map(|()| Vec::new())
    }),
    ("tests", || test::run(&[])),
    ("pins", || pins::run().map(|()| Vec::new())),
];

/// Runs every step, stops at the first that fails, and ends with what the test runners said.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    let mut lines = Vec::new();
    for (name, step) in STEPS {
        println!("──── {name}");
        let step_started = Instant::now();
        let closing = step()?;
        lines.push(format!(
            "{name:<14} ok {:>6.1} s",
            step_started.elapsed().as_secs_f64()
        ));
        lines.extend(
            closing
                .into_iter()
                .map(|line| format!("               {line}")),
        );
    }
    println!("──── passed in {:.1} s", started.elapsed().as_secs_f64());
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

fn plain(arguments: &[&str]) -> Result<Vec<String>> {
    shell::run(&mut cargo(arguments)).map(|()| Vec::new())
}
