//! Documents: every path that they name exists, the map stays short, and words that do not belong.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shell::{files, root};

/// The documents whose paths are checked: those at the root, the decisions, and what is written by hand for users.
const NAMING: [&str; 12] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/adr",
    "docs/guide.md",
    "docs/configuration.md",
    "docs/comparison.md",
    "docs/scale.md",
    "docs/measurements.md",
    "examples/documents/README.md",
    "examples/collision/README.md",
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
            let missing = missing(&text, |base, named| exists(&path, base, named));
            let say = |it| format!("{}: names {it}, which does not exist", path.display());
            findings.extend(missing.into_iter().map(say));
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

/// The paths that a document names and that are not there: targets of links, and code spans that look
/// like a path. Within a paragraph, a path may continue the first folder that the paragraph names.
fn missing(text: &str, exists: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut missing = Vec::new();
    for paragraph in prose(text).split("\n\n") {
        let mut base = String::new();
        for named in paths(paragraph) {
            if !exists(&base, &named) {
                missing.push(named);
            } else if base.is_empty() {
                base = named;
            }
        }
    }
    missing
}

/// The text without its fenced blocks.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

fn paths(paragraph: &str) -> Vec<String> {
    let spans = paragraph
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|it| is_path(it));
    spans.map(str::to_owned).chain(links(paragraph)).collect()
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
    let extension = span.starts_with('.') && !span.contains('/');
    like_a_path
        && !absolute
        && !extension
        && span.chars().all(plain)
        && span.chars().any(char::is_alphanumeric)
}

/// Seen from the root, from the document, or from the paragraph's folder. The user's own `lodger.toml`
/// is nobody's file here.
fn exists(document: &Path, base: &str, named: &str) -> bool {
    let beside = document.parent().unwrap_or(Path::new(""));
    let from = [root(), root().join(beside), root().join(base)];
    named == "lodger.toml" || from.iter().any(|it| it.join(named).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_path_like_code_are_paths() {
        let text = "See `crates/cli/src/args.rs`, [x](docs/x.md#part), <https://a.b/c>, `auth.users`,\n\
            `docs/rules/<id>.md`, `.sql`, [y](https://a.b/c) and `tests/it/*.rs`.\n\
            ```\n`a/b.rs`\n```\n`c/d`";
        let expected = ["crates/cli/src/args.rs", "docs/x.md", "c/d"];
        assert_eq!(missing(text, |_, _| false), expected);
    }

    #[test]
    fn a_paragraph_may_name_its_folder_once() {
        let there = |base: &str, named: &str| {
            matches!(
                (base, named),
                (_, "a/src") | ("a/src", "kept.rs" | "folder/")
            )
        };
        assert_eq!(
            missing("`a/src`: `kept.rs`,\n`folder/`, `lost.rs`", there),
            ["lost.rs"]
        );
        assert_eq!(
            missing("`a/src`: `kept.rs`\n\nNext: `kept.rs`", there),
            ["kept.rs"]
        );
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
