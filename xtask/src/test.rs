//! The README's test command: sees to what the tests need, then runs all of them.

use anyhow::Result;

use crate::needs;
use crate::shell::{cargo, run_keeping, succeeds};

/// Runs all tests; gives back the runners' closing lines.
pub(crate) fn run(arguments: &[String]) -> Result<Vec<String>> {
    needs::ensure_all()?;
    let closing = |line: &str| line.trim_start().starts_with("Summary [");
    // A crate without tests of a kind says so too, which tells nobody anything.
    let result =
        |line: &str| line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed");
    if !succeeds(&mut cargo(&["nextest", "--version"])) {
        println!("cargo-nextest is not installed; running `cargo test`, which is slower");
        return run_keeping(cargo(&["test", "--workspace"]).args(arguments), result);
    }
    let mut tests = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--no-fail-fast",
        "--no-tests",
        "pass",
    ]);
    let mut kept = run_keeping(tests.args(arguments), closing)?;
    if arguments.is_empty() {
        kept.extend(run_keeping(
            &mut cargo(&["test", "--workspace", "--doc"]),
            result,
        )?);
    }
    Ok(kept)
}
