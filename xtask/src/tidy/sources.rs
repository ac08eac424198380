//! Rust and SQL sources: module sentences, file budgets, forgotten files, and where effects may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::shell::{files, root};

/// Lines of a file before its inline tests.
const LINE_BUDGET: usize = 400;

/// The only shipped module that may read the environment.
const ENVIRONMENT: &str = "crates/cli/src/config.rs";

/// Compiled for tests only, where it looks for the machine's PostgreSQL.
const TEST_SUPPORT: &str = "crates/database/src/testing";

pub(super) fn findings() -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for path in files(Path::new("crates"))?
        .into_iter()
        .chain(files(Path::new("xtask"))?)
    {
        if path.extension().is_some_and(|it| it == "rs" || it == "sql") {
            let text = fs::read_to_string(root().join(&path))
                .with_context(|| format!("reading {}", path.display()))?;
            sources.push(Source { path, text });
        }
    }
    let mut findings = Vec::new();
    for source in &sources {
        let found = if source.has_extension("rs") {
            check_rust(source, &sources)
        } else {
            check_loaded(source, &sources).into_iter().collect()
        };
        findings.extend(
            found
                .into_iter()
                .map(|it| format!("{}: {it}", source.path.display())),
        );
    }
    Ok(findings)
}

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn has_extension(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|it| it == extension)
    }

    fn stem(&self) -> &str {
        self.path
            .file_stem()
            .and_then(|it| it.to_str())
            .unwrap_or_default()
    }

    fn production(&self) -> &str {
        self.text
            .split("\n#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default()
    }

    fn is_production(&self) -> bool {
        self.path.components().any(|part| part.as_os_str() == "src")
    }
}

fn check_rust(source: &Source, all: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    if !source.text.starts_with("//! ") {
        found.push("does not start with `//!` and the module's one job".to_owned());
    }
    let lines = source.production().lines().count();
    if source.is_production() && lines > LINE_BUDGET {
        found.push(format!(
            "{lines} lines before its tests; the budget is {LINE_BUDGET}"
        ));
    }
    if !is_root(source) && !declared(source, all) {
        found.push("no `mod` line declares it, so it is not compiled".to_owned());
    }
    let reads_environment = ["env::var", "env::args", "env::current_dir", "env::set_"]
        .iter()
        .any(|it| source.production().contains(it));
    let shipped = source.path.starts_with("crates")
        && source.is_production()
        && !source.path.starts_with(TEST_SUPPORT);
    if shipped && reads_environment && source.path != Path::new(ENVIRONMENT) {
        found.push(format!(
            "reads the environment, which is for {ENVIRONMENT} alone"
        ));
    }
    if source.path.starts_with("crates/migration/src") && source.text.contains("Serialize") {
        found.push(
            "inner types are not Serialize: the JSON contract has types of its own".to_owned(),
        );
    }
    found
}

/// Compiled because Cargo says so, not because of a `mod` line.
fn is_root(source: &Source) -> bool {
    let folder = source
        .path
        .parent()
        .and_then(Path::file_name)
        .and_then(|it| it.to_str());
    match source.stem() {
        "lib" | "main" | "build" => true,
        _ => matches!(folder, Some("tests" | "benches" | "examples" | "bin")),
    }
}

/// Does the module above this file declare it?
fn declared(source: &Source, all: &[Source]) -> bool {
    let folder = source.path.parent().unwrap_or(Path::new(""));
    let (name, above) = if source.stem() == "mod" {
        (
            folder
                .file_name()
                .and_then(|it| it.to_str())
                .unwrap_or_default(),
            folder.parent(),
        )
    } else {
        (source.stem(), Some(folder))
    };
    let Some(above) = above else { return false };
    let parents: BTreeSet<PathBuf> = ["mod.rs", "lib.rs", "main.rs"]
        .iter()
        .map(|it| above.join(it))
        .chain([above.with_extension("rs")])
        .collect();
    let declaration = [format!("mod {name};"), format!("mod r#{name};")];
    // The registry of rules declares the modules that it lists, one a line.
    let entry = format!("\n    {name},\n");
    all.iter()
        .filter(|it| parents.contains(&it.path))
        .any(|it| {
            declaration.iter().any(|line| it.text.contains(line))
                || (it.text.contains("\nrules! {") && it.text.contains(&entry))
        })
}

/// A `.sql` file beside sources is loaded by one of them.
fn check_loaded(source: &Source, all: &[Source]) -> Option<String> {
    let name = source
        .path
        .file_name()
        .and_then(|it| it.to_str())
        .unwrap_or_default();
    let krate: PathBuf = source.path.components().take(2).collect();
    let loaded = all.iter().any(|it| {
        it.has_extension("rs")
            && it.path.starts_with(&krate)
            && it.text.contains("include_str!(")
            && it.text.contains(name)
    });
    (source.is_production() && !loaded).then(|| "no source loads it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn a_file_without_a_mod_line_is_forgotten() {
        let all = [
            source("crates/a/src/lib.rs", "//! A.\nmod kept;\nmod folder;"),
            source("crates/a/src/folder/mod.rs", "//! F.\nmod inner;"),
        ];
        let finds = |path| check_rust(&source(path, "//! X."), &all);
        assert!(finds("crates/a/src/kept.rs").is_empty());
        assert!(finds("crates/a/src/folder/inner.rs").is_empty());
        assert_eq!(finds("crates/a/src/lost.rs").len(), 1);
        assert_eq!(finds("crates/a/src/folder/lost.rs").len(), 1);
    }

    #[test]
    fn budgets_count_what_stands_before_the_tests() {
        let long = "//! X.\n".to_owned() + &"\n".repeat(LINE_BUDGET);
        assert_eq!(
            check_rust(&source("crates/a/src/lib.rs", &long), &[]).len(),
            1
        );
        let tested = format!("//! X.\n\n#[cfg(test)]\nmod tests {{\n{long}}}");
        assert!(check_rust(&source("crates/a/src/lib.rs", &tested), &[]).is_empty());
    }

    #[test]
    fn the_environment_is_read_in_one_place() {
        let text = "//! X.\nfn f() { std::env::var(\"A\"); }";
        assert_eq!(
            check_rust(&source("crates/a/src/lib.rs", text), &[]).len(),
            1
        );
        let all = [source("crates/cli/src/main.rs", "mod config;")];
        assert!(check_rust(&source(ENVIRONMENT, text), &all).is_empty());
    }

    #[test]
    fn sql_that_nobody_loads_is_found() {
        let sql = source("crates/a/src/tables.sql", "select 1");
        let loader = source("crates/a/src/tables.rs", "include_str!(\"tables.sql\")");
        assert_eq!(
            check_loaded(&sql, &[]),
            Some("no source loads it".to_owned())
        );
        assert_eq!(check_loaded(&sql, &[loader]), None);
    }
}
