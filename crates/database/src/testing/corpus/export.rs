//! The corpus for another tool: its cases as folders, and the score of what that tool said.

use std::fs;
use std::io;
use std::path::Path;

use super::case::{Case, Group};
use super::score::Share;
use crate::base::strangers;

/// Writes each case as a folder with `there.sql` and `migrations/`, beside `instance.sql`, which makes the
/// shared instance, and `expected.tsv`: case, file, line, rule.
///
/// # Errors
/// When a file cannot be written.
pub fn export(cases: &[Case], to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    fs::write(to.join("instance.sql"), strangers::INSTANCE)?;
    let mut expected = String::from("case\tfile\tline\trule\n");
    for case in cases {
        let folder = to.join(&case.name);
        fs::create_dir_all(folder.join("migrations"))?;
        fs::write(folder.join("there.sql"), &case.there)?;
        for migration in &case.migrations {
            let name = file_name(&migration.version, &migration.name);
            fs::write(folder.join("migrations").join(name), &migration.text)?;
        }
        for it in &case.expected {
            let file = case.migrations.iter().find(|migration| {
                let lines = migration
                    .statements
                    .iter()
                    .any(|statement| statement.line <= it.line);
                migration.file == it.file && lines
            });
            let file = file
                .map(|it| file_name(&it.version, &it.name))
                .unwrap_or_default();
            expected.push_str(&format!(
                "{}\t{file}\t{}\t{}\n",
                case.name, it.line, it.rule
            ));
        }
    }
    fs::write(to.join("expected.tsv"), expected)
}

fn file_name(version: &str, name: &str) -> String {
    format!("{version}_{name}.sql")
}

/// How another tool did. Its rules have names of their own, so a place counts whatever was said there.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// Expected findings at whose line it said something.
    pub strict: Share,
    /// Cases with hazards of which it said anything.
    pub loose: Share,
    /// Good cases of which it said anything.
    pub false_positives: Share,
    /// The places where it said nothing.
    pub misses: Vec<String>,
}

impl Foreign {
    /// Scores what a tool said: a line for each finding, `case`, `line` and anything after that, with tabs
    /// in between. Lines that cannot be read are left out.
    #[must_use]
    pub fn of(cases: &[Case], said: &str) -> Self {
        let said: Vec<(&str, u32)> = said
            .lines()
            .filter_map(|line| {
                let mut cells = line.split('\t');
                Some((cells.next()?, cells.next()?.trim().parse().ok()?))
            })
            .collect();
        let about = |case: &Case| said.iter().any(|(name, _)| *name == case.name);
        let count = |cases: &mut dyn Iterator<Item = &Case>| {
            let all: Vec<&Case> = cases.collect();
            let part = all.iter().filter(|it| about(it)).count();
            Share {
                part,
                of: all.len(),
            }
        };
        let mut misses = Vec::new();
        let mut expected = 0;
        for case in cases {
            for it in &case.expected {
                expected += 1;
                if !said.contains(&(case.name.as_str(), it.line)) {
                    misses.push(format!(
                        "{}: nothing at line {} ({})",
                        case.name, it.line, it.rule
                    ));
                }
            }
        }
        Self {
            strict: Share {
                part: expected - misses.len(),
                of: expected,
            },
            loose: count(&mut cases.iter().filter(|it| !it.expected.is_empty())),
            false_positives: count(&mut cases.iter().filter(|it| it.group == Group::Silent)),
            misses,
        }
    }
}
