//! Documents: every path that they name exists, the map stays short, and words that do not belong.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::shell::{files, root};

/// The documents whose paths are checked: those at the root and the decisions.
const NAMING: [&str; 5] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/adr",
];

/// The map stays a map.
const MAP_BUDGET: usize = 200;

/// Written in two halves, so that this file does not find itself.
const BANNED: [(&str, &str, &str); 7] = [
    ("TO", "DO", "unfinished work is an issue, not a comment"),
    ("FIX", "ME", "unfinished work is an issue, not a comment"),
    ("/wo", "rk/", "a path of somebody's machine"),
    ("/tm", "p/", "a path of somebody's machine"),
    ("/ro", "ot/", "a path of somebody's machine"),
    ("#[ig", "nore", "a test that does not run"),
    ("change", "set", "say migration"),
];

pub(super) fn findings() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let root_folder = root();
    for path in files(Path::new(""))? {
        // What is not text has no words.
        let Ok(text) = fs::read_to_string(root_folder.join(&path)) else {
            continue;
        };
        let found = check_words(&path, &text);
        findings.extend(
            found
                .into_iter()
                .map(|it| format!("{}:{it}", path.display())),
        );
        if NAMING.iter().any(|it| path.starts_with(it)) {
            for named in paths(&text).into_iter().filter(|it| !exists(&path, it)) {
                findings.push(format!(
                    "{}: names {named}, which does not exist",
                    path.display()
                ));
            }
        }
    }
    let map = fs::read_to_string(root_folder.join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    let lines = map.lines().count();
    if lines > MAP_BUDGET {
        findings.push(format!(
            "ARCHITECTURE.md: {lines} lines; a map has at most {MAP_BUDGET}"
        ));
    }
    Ok(findings)
}

fn check_words(path: &Path, text: &str) -> Vec<String> {
    if path.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (head, tail, why) in BANNED {
            let word = format!("{head}{tail}");
            if line.contains(&word) {
                found.push(format!("{}: `{word}`: {why}", number + 1));
            }
        }
    }
    found
}

/// The paths a document names: targets of links, and code spans that look like a path.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            found.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .filter(|it| is_path(it))
                    .map(str::to_owned),
            );
            found.extend(links(line));
        }
    }
    found
}

fn links(line: &str) -> impl Iterator<Item = String> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#']).next()?;
        let local = !target.is_empty() && !target.contains("://");
        local.then(|| target.to_owned())
    })
}

/// Does a code span look like a path of this repository? Patterns and placeholders do not count.
fn is_path(span: &str) -> bool {
    const EXTENSIONS: [&str; 6] = [".md", ".rs", ".toml", ".sql", ".snap", ".yml"];
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-/".contains(it);
    let like_a_path = span.contains('/') || EXTENSIONS.iter().any(|it| span.ends_with(it));
    let absolute = span.starts_with('/') || span.starts_with("./");
    like_a_path && !absolute && span.chars().all(plain) && span.chars().any(char::is_alphanumeric)
}

/// Seen from the root or from the document; the user's own `lodger.toml` is nobody's file here.
fn exists(document: &Path, named: &str) -> bool {
    let folder = document.parent().map(Path::to_owned).unwrap_or_default();
    let candidates: [PathBuf; 2] = [root().join(named), root().join(folder).join(named)];
    named == "lodger.toml" || candidates.iter().any(|it| it.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_path_like_code_are_paths() {
        let text = "See `crates/cli/src/args.rs`, [x](docs/x.md#part), <https://a.b/c>, `auth.users`,\n\
            `docs/rules/<id>.md`, [y](https://a.b/c) and `tests/it/*.rs`.\n```\n`a/b.rs`\n```\n`c/d`";
        assert_eq!(paths(text), ["crates/cli/src/args.rs", "docs/x.md", "c/d"]);
    }

    #[test]
    fn banned_words_are_named_with_their_line() {
        let text = format!("fine\nnot {}{}", "/tm", "p/x");
        assert_eq!(check_words(Path::new("a.rs"), &text).len(), 1);
        assert!(
            check_words(Path::new("a.rs"), &text)
                .iter()
                .all(|it| it.starts_with("2: "))
        );
        assert!(check_words(Path::new("a.rs"), "fine").is_empty());
    }
}
