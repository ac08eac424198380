//! The corpus of shared-instance migrations: its score, and its cases for another tool.

use anyhow::Result;

use crate::needs::ensure_postgres;
use crate::shell::{self, cargo};

/// Runs the example that does it, with the same arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    ensure_postgres()?;
    let mut example = cargo(&[
        "run",
        "--quiet",
        "--package",
        "lodger-database",
        "--features",
        "testing",
        "--example",
        "corpus",
        "--",
    ]);
    shell::run(example.args(arguments))
}
