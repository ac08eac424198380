//! The five crates stand in a line, and the rightmost one is pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result};

use crate::shell::root;

/// The crates by folder and package, leftmost first: each may use those after it, none before it.
const LINE: [(&str, &str); 5] = [
    ("cli", "lodger"),
    ("http", "lodger-http"),
    ("research", "lodger-research"),
    ("database", "lodger-database"),
    ("migration", "lodger-migration"),
];

/// What the pure crate must not reach, not even through a crate that it uses, nor in its tests.
const IMPURE: [&str; 7] = [
    "clap",
    "mio",
    "pglite-oxide",
    "socket2",
    "tokio",
    "tokio-postgres",
    "tracing-subscriber",
];

pub(super) fn findings() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (place, (folder, package)) in LINE.iter().enumerate() {
        let path = format!("crates/{folder}/Cargo.toml");
        let text = fs::read_to_string(root().join(&path)).with_context(|| path.clone())?;
        let left = LINE
            .iter()
            .take(place)
            .map(|(_, package)| *package)
            .collect();
        findings.extend(
            leftward(&text, package, &left)?
                .into_iter()
                .map(|it| format!("{path}: {it}")),
        );
    }
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let reached = closure(&dependencies(&lock)?, "lodger-migration");
    for name in IMPURE.iter().filter(|name| reached.contains(**name)) {
        findings.push(format!(
            "crates/migration/Cargo.toml: reaches {name}, and must stay pure"
        ));
    }
    Ok(findings)
}

/// The dependencies of a manifest, of any section, that stand left of the package in the line.
fn leftward(manifest: &str, package: &str, left: &BTreeSet<&str>) -> Result<Vec<String>> {
    let manifest: toml::Table = manifest.parse()?;
    let mut findings = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(used) = manifest.get(section).and_then(toml::Value::as_table) else {
            continue;
        };
        for name in used.keys().filter(|name| left.contains(name.as_str())) {
            findings.push(format!(
                "{package} uses {name}, which stands left of it ({section})"
            ));
        }
    }
    Ok(findings)
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Who uses whom according to `Cargo.lock`, all kinds of dependency together.
fn dependencies(lock: &str) -> Result<Graph> {
    let lock: toml::Table = lock.parse()?;
    let mut graph = Graph::new();
    for package in lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        let Some(name) = package.get("name").and_then(toml::Value::as_str) else {
            continue;
        };
        let used = package
            .get("dependencies")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten();
        // An entry is a name, followed by a version where two are in the tree.
        let names = used.filter_map(|it| it.as_str()?.split(' ').next());
        graph
            .entry(name.to_owned())
            .or_default()
            .extend(names.map(str::to_owned));
    }
    Ok(graph)
}

fn closure(graph: &Graph, package: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![package.to_owned()];
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            open.extend(graph.get(&name).into_iter().flatten().cloned());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_to_the_left_is_found_in_every_section() {
        let manifest =
            "[dependencies]\nlodger-migration = '1'\n[dev-dependencies]\nlodger-http = '1'\n";
        let left = ["lodger", "lodger-http"].into();
        let findings = leftward(manifest, "lodger-research", &left).unwrap();
        assert_eq!(
            findings,
            ["lodger-research uses lodger-http, which stands left of it (dev-dependencies)"]
        );
    }

    #[test]
    fn what_is_used_by_what_is_used_counts() {
        let lock = "
            [[package]]
            name = 'a'
            dependencies = ['b 1.0.0']
            [[package]]
            name = 'b'
            dependencies = ['tokio']";
        assert!(closure(&dependencies(lock).unwrap(), "a").contains("tokio"));
    }
}
