//! The generated pages: written by the binary itself, so that they cannot say something else.
//! A test of the binary compares them.

use anyhow::Result;

use crate::shell::{self, cargo};

/// Writes them.
pub(crate) fn run() -> Result<()> {
    shell::run(&mut cargo(&[
        "run",
        "--quiet",
        "--package",
        "lodger",
        "--",
        "reference",
        "docs",
    ]))
}
