//! `docs/defects.md`: every test that it names exists.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shell::root;

const DOCUMENT: &str = "docs/defects.md";

pub(super) fn findings() -> Result<Vec<String>> {
    let root = root();
    let text = fs::read_to_string(root.join(DOCUMENT)).context(DOCUMENT)?;
    let read = |path: &Path| fs::read_to_string(root.join(path)).ok();
    Ok(check_document(&text, read))
}

/// Tests that are named and not there, and lines that name neither a test nor a reason.
fn check_document(text: &str, read: impl Fn(&Path) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for line in text.lines().filter(|it| it.starts_with("- **")) {
        for (path, name) in line.split('`').skip(1).step_by(2).filter_map(named) {
            let there = read(Path::new(path)).is_some_and(|source| is_test(&source, name));
            if !there {
                findings.push(format!("{DOCUMENT}: {path} has no test {name}"));
            }
        }
        let reason = line.matches(". ").count() > 0 && !line.trim_end().ends_with('`');
        let test = line.contains(".rs::");
        if !test && !reason {
            findings.push(format!("{DOCUMENT}: neither a test nor a reason: {line}"));
        }
    }
    findings
}

fn named(span: &str) -> Option<(&str, &str)> {
    span.split_once(".rs::")
        .and_then(|(path, name)| Some((span.get(..path.len() + 3)?, name)))
}

/// The function stands below an attribute that makes it a test.
fn is_test(source: &str, name: &str) -> bool {
    let heads = [format!("fn {name}("), format!("async fn {name}(")];
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let at = |it: &&str| heads.iter().any(|head| it.starts_with(head.as_str()));
    let Some(place) = lines.iter().position(at) else {
        return false;
    };
    let above = lines.iter().take(place).rev();
    above
        .take_while(|it| it.starts_with("#[") || it.starts_with("//"))
        .any(|it| it.ends_with("test]") || it.contains("::test("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_that_is_named_exists() {
        let findings = findings().unwrap();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    }

    #[test]
    fn a_function_without_its_attribute_is_no_test() {
        let source = "#[tokio::test]\n#[cfg(unix)]\nasync fn one() {}\nfn two() {}\n";
        let read = |_: &Path| Some(source.to_owned());
        let check = |line: &str| check_document(line, read).len();
        assert_eq!(check("- **D-1** It broke. `a.rs::one`"), 0);
        assert_eq!(check("- **D-1** It broke. `a.rs::two`"), 1);
        assert_eq!(check("- **D-1** It broke. `a.rs::one`, `a.rs::three`"), 1);
        assert_eq!(check("- **D-1** It broke. It cannot here."), 0);
        assert_eq!(check("- **D-1** It broke `so`"), 1);
        assert_eq!(
            check_document("- **D-1** It broke. `a.rs::one`", |_| None).len(),
            1
        );
    }
}
