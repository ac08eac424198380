//! Do the pins hold without `Cargo.lock`? `cargo install` does not read it, and the embedded server
//! builds with one set of alpha releases only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use semver::Version;

use crate::shell::{self, files, root};

/// Packages that must resolve to the locked version although they are no pre-releases.
const PINNED: &[&str] = &[
    "pglite-oxide",
    "squawk-linter",
    "squawk-parser",
    "squawk-syntax",
];

type Versions = BTreeMap<String, BTreeSet<Version>>;

/// Resolves afresh in a copy of the workspace and compares.
pub(crate) fn run() -> Result<()> {
    let copy = tempfile::tempdir()?;
    for path in files(Path::new(""))? {
        let wanted = path
            .extension()
            .is_some_and(|it| it == "rs" || it == "toml");
        if wanted {
            let to = copy.path().join(&path);
            fs::create_dir_all(to.parent().unwrap_or(copy.path()))?;
            fs::copy(root().join(&path), to)?;
        }
    }
    let mut resolve = Command::new(env!("CARGO"));
    shell::run(
        resolve
            .args(["generate-lockfile", "--quiet"])
            .current_dir(copy.path()),
    )?;
    let locked = versions(&root().join("Cargo.lock"))?;
    let fresh = versions(&copy.path().join("Cargo.lock"))?;
    let moved = moved(&locked, &fresh);
    if !moved.is_empty() {
        bail!(
            "without Cargo.lock these resolve to other versions; pin them with `=` in Cargo.toml:\n  {}",
            moved.join("\n  ")
        );
    }
    println!(
        "{} watched packages resolve as locked",
        watched(&locked).count()
    );
    Ok(())
}

fn versions(lock: &Path) -> Result<Versions> {
    let text = fs::read_to_string(lock).with_context(|| format!("reading {}", lock.display()))?;
    parse_lock(&text)
}

fn parse_lock(text: &str) -> Result<Versions> {
    let lock: toml::Table = text.parse()?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .context("no packages")?;
    let mut versions = Versions::new();
    for package in packages {
        let field = |name: &str| package.get(name).and_then(toml::Value::as_str);
        let (Some(name), Some(version)) = (field("name"), field("version")) else {
            continue;
        };
        versions.entry(name.to_owned()).or_default().insert(
            version
                .parse()
                .with_context(|| format!("{name} {version}"))?,
        );
    }
    Ok(versions)
}

/// The packages whose version must not move: those named above and every pre-release.
fn watched(versions: &Versions) -> impl Iterator<Item = &String> {
    versions
        .iter()
        .filter(|(name, versions)| {
            PINNED.contains(&name.as_str()) || versions.iter().any(|it| !it.pre.is_empty())
        })
        .map(|(name, _)| name)
}

fn moved(locked: &Versions, fresh: &Versions) -> Vec<String> {
    let names: BTreeSet<&String> = watched(locked).chain(watched(fresh)).collect();
    let show = |versions: Option<&BTreeSet<Version>>| match versions {
        Some(versions) => versions
            .iter()
            .map(Version::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        None => "absent".to_owned(),
    };
    names
        .into_iter()
        .filter(|name| locked.get(*name) != fresh.get(*name))
        .map(|name| {
            format!(
                "{name}: {} → {}",
                show(locked.get(name)),
                show(fresh.get(name))
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> Versions {
        let entry = |(name, version): &(&str, &str)| {
            format!("[[package]]\nname = '{name}'\nversion = '{version}'\n")
        };
        parse_lock(&packages.iter().map(entry).collect::<String>()).unwrap()
    }

    #[test]
    fn a_moved_alpha_is_named_and_a_moved_release_is_not() {
        let locked = lock(&[
            ("wasmer", "7.2.0-alpha.3"),
            ("serde", "1.0.1"),
            ("toml", "1.2.1+spec-1.1.0"),
            ("squawk-syntax", "2.68.0"),
        ]);
        let fresh = lock(&[
            ("wasmer", "7.2.0-alpha.4"),
            ("serde", "1.0.2"),
            ("toml", "1.2.2+spec-1.1.0"),
            ("squawk-syntax", "2.68.0"),
        ]);
        assert_eq!(
            moved(&locked, &fresh),
            ["wasmer: 7.2.0-alpha.3 → 7.2.0-alpha.4"]
        );
        assert!(moved(&locked, &locked).is_empty());
        assert_eq!(
            moved(&locked, &lock(&[("squawk-syntax", "2.68.0")])),
            ["wasmer: 7.2.0-alpha.3 → absent"]
        );
    }
}
