//! The fuzz targets, one after the other, for as long as one likes.

use anyhow::{Result, bail};

use crate::shell::{self, cargo, root, succeeds};

/// Each target with the folders of its seeds, from `fuzz/`.
const TARGETS: &[(&str, &[&str])] = &[
    ("parse_file", CORPUS),
    ("fix", CORPUS),
    ("token", &["seeds/token"]),
    ("cursor", &["seeds/cursor"]),
    ("event_id", &["seeds/event_id"]),
];
const CORPUS: &[&str] = &[
    "../corpus/differential",
    "../corpus/hazards",
    "../corpus/history",
    "../corpus/seed",
    "../corpus/silent",
];

/// Runs every target for `seconds`; stops at the first finding, which is then in `fuzz/artifacts`.
pub(crate) fn run(seconds: u64) -> Result<()> {
    if !succeeds(&mut cargo(&["fuzz", "--version"])) {
        bail!("cargo-fuzz is not installed: `cargo install cargo-fuzz`");
    }
    for (target, seeds) in TARGETS {
        println!("──── {target}");
        let own = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&own)?;
        let mut fuzz = cargo(&["fuzz", "run", "--sanitizer", "none", target]);
        // The first folder is the one that new inputs are kept in.
        fuzz.arg(format!("corpus/{target}")).args(*seeds);
        fuzz.args(["--", &format!("-max_total_time={seconds}"), "-timeout=20"]);
        // What cargo-fuzz asks of the compiler is not stable; nothing of it is in the program.
        fuzz.env("RUSTC_BOOTSTRAP", "1");
        shell::run(fuzz.current_dir(root().join("fuzz")))?;
    }
    Ok(())
}
