//! A case of the corpus as it is written down.

use std::fs;
use std::path::Path;

use lodger_migration::diagnostic::Severity;
use lodger_migration::migration::Migration;
use lodger_migration::parse::{parse_migration, words};
use lodger_migration::rules::RULES;
use lodger_migration::settings::{Allowance, Settings};

use crate::embedded::EmbeddedServer;

/// What is asked of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It does harm, and the rules that it expects have to say so.
    Hazard,
    /// Nothing above an `info` may be said of it.
    Silent,
    /// Several files as a real project has them: what it expects has to be said, and no more errors than those.
    History,
}

/// A finding that has to be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExpectedFinding {
    /// The file, relative to the corpus.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The line in that file, from 1.
    pub line: u32,
}

/// What Postgres really did to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOutcome {
    /// The action's name in JSON.
    pub action: String,
    /// The object as Lodger prints it, kind first: `table public.users`.
    pub object: String,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Folder and stem: `hazards/h01_table_that_is_there`.
    pub name: String,
    /// What is asked of it.
    pub group: Group,
    /// SQL that somebody else ran on the shared instance before.
    pub there: String,
    /// The project's settings.
    pub settings: Settings,
    /// The migrations in order. Their lines are those of the case's file.
    pub migrations: Vec<Migration>,
    /// What has to be found.
    pub expected: Vec<ExpectedFinding>,
    /// What Postgres really did.
    pub outcomes: Vec<ExpectedOutcome>,
}

/// The version of a migration that the case's file does not name.
const ONLY: &str = "20251101030227_case.sql";

/// Reads all cases below `root`: every SQL file of `hazards/` and `silent/` is one, and so is every folder of
/// `history/`.
pub(super) fn read(root: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for (folder, group) in [("hazards", Group::Hazard), ("silent", Group::Silent)] {
        for path in entries(&root.join(folder)) {
            let mut case = Case::new(&format!("{folder}/{}", stem(&path)), group);
            case.take_file(&read_text(&path), &format!("{folder}/{}.sql", stem(&path)));
            cases.push(case);
        }
    }
    for path in entries(&root.join("history")) {
        let mut case = Case::new(&format!("history/{}", stem(&path)), Group::History);
        for file in entries(&path) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            case.take_history_file(&read_text(&file), &name);
        }
        case.migrations.sort_by(|a, b| a.version.cmp(&b.version));
        cases.push(case);
    }
    cases
}

/// The examples on the pages of all rules.
pub(super) fn examples() -> Vec<Case> {
    let mut cases = Vec::new();
    for rule in RULES {
        for kind in ["bad", "good"] {
            let examples = rule.examples(kind).into_iter().enumerate();
            cases.extend(examples.map(|(at, sql)| Case::example(rule.id, kind, at, &sql)));
        }
    }
    cases
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let read = fs::read_dir(folder).expect("the corpus has this folder");
    let mut paths: Vec<_> = read
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    paths.sort();
    paths
}

fn read_text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

impl Case {
    fn new(name: &str, group: Group) -> Self {
        Self {
            name: name.to_owned(),
            group,
            there: String::new(),
            settings: Settings::new("notes"),
            migrations: Vec::new(),
            expected: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// The example of a rule's page as a case of which nothing is expected yet.
    fn example(rule: &str, kind: &str, number: usize, sql: &str) -> Self {
        let group = if kind == "good" {
            Group::Silent
        } else {
            Group::Hazard
        };
        let mut case = Self::new(&format!("{rule}/{kind}/{number}"), group);
        let text = sql.replace("-- file: ", "-- migration: ");
        case.take_file(&text, "example.sql");
        case.migrations.sort_by(|a, b| a.version.cmp(&b.version));
        case
    }

    /// It names an extension that the embedded server brings along, and a server that is kept need not have at
    /// hand; or it is about locks, of which such a server holds many already, or about transactions, of which
    /// it has one.
    pub(super) fn needs_own_servers(&self) -> bool {
        const ABOUT: [&str; 3] = [
            "locks-landlord-tables",
            "cannot-run-in-transaction",
            "transaction-control",
        ];
        let rules = self.expected.iter().map(|it| it.rule.as_str());
        if rules
            .chain(self.name.split('/'))
            .any(|it| ABOUT.contains(&it))
        {
            return true;
        }
        let texts = self.migrations.iter().map(|it| it.text.as_str());
        let mut words = texts.chain([self.there.as_str()]).flat_map(words);
        words.any(|it| EmbeddedServer::bundles(&it))
    }

    /// A case in one file: what is there, and one or more migrations.
    fn take_file(&mut self, text: &str, file: &str) {
        self.take_orders(text, file);
        let lines: Vec<&str> = text.lines().collect();
        let marker = |line: &str, word: &str| line.starts_with(&format!("-- {word}:"));
        let starts: Vec<usize> = (0..lines.len())
            .filter(|at| lines.get(*at).is_some_and(|it| marker(it, "migration")))
            .collect();
        let there = lines.iter().position(|it| marker(it, "there"));
        if let Some(from) = there {
            let to = starts.first().copied().unwrap_or(lines.len());
            self.there = lines.get(from..to).unwrap_or_default().join("\n");
        }
        if starts.is_empty() {
            self.migrations.push(migration(ONLY, file, text));
        }
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(lines.len());
            let part = lines.get(*start..end).unwrap_or_default().join("\n");
            let name = lines.get(*start).and_then(|it| it.split_once(": "));
            let name = name.map_or(ONLY, |(_, name)| name.trim());
            // Blank lines in front, so that a line is the same one in the case's file.
            let padded = format!("{}{part}", "\n".repeat(*start));
            self.migrations.push(migration(name, file, &padded));
        }
    }

    /// A file of a case that is a folder.
    fn take_history_file(&mut self, text: &str, name: &str) {
        let file = format!("{}/{name}", self.name);
        match name {
            "there.sql" => text.clone_into(&mut self.there),
            _ if Path::new(name).extension().is_some_and(|it| it == "sql") => {
                self.take_orders(text, &file);
                self.migrations.push(migration(name, &file, text));
            }
            _ => {}
        }
    }

    /// The comments that say what is expected.
    fn take_orders(&mut self, text: &str, file: &str) {
        for line in text.lines() {
            let Some((word, rest)) = line.strip_prefix("-- ").and_then(|it| it.split_once(": "))
            else {
                continue;
            };
            match word {
                "expect" => self.expected.extend(findings(rest, file)),
                "outcome" => self.outcomes.extend(outcome(rest)),
                "schema" => rest.trim().clone_into(&mut self.settings.schema),
                "allow" => self.settings.allow.extend(allowance(rest)),
                "severity" => {
                    let (rule, weight) = rest.split_once(' ').unwrap_or((rest, ""));
                    let weight = match weight.trim() {
                        "info" => Severity::Info,
                        "warning" => Severity::Warning,
                        _ => Severity::Error,
                    };
                    self.settings.severities.insert(rule.to_owned(), weight);
                }
                _ => {}
            }
        }
    }
}

fn migration(name: &str, file: &str, text: &str) -> Migration {
    let stem = name.strip_suffix(".sql").unwrap_or(name);
    let (version, name) = stem.split_once('_').unwrap_or((stem, "case"));
    parse_migration(version, name, file, text.as_bytes())
}

/// `rule line, rule line`, or `nothing`.
fn findings(text: &str, file: &str) -> Vec<ExpectedFinding> {
    let one = |it: &str| {
        let (rule, line) = it.trim().split_once(' ')?;
        Some(ExpectedFinding {
            file: file.to_owned(),
            rule: rule.to_owned(),
            line: line.trim().parse().ok()?,
        })
    };
    text.split(',').filter_map(one).collect()
}

/// `action kind name`.
fn outcome(text: &str) -> Option<ExpectedOutcome> {
    let (action, object) = text.trim().split_once(' ')?;
    Some(ExpectedOutcome {
        action: action.to_owned(),
        object: object.to_owned(),
    })
}

/// `rule object because reason`.
fn allowance(text: &str) -> Option<Allowance> {
    let (target, reason) = text.split_once(" because ")?;
    let (rule, object) = target.trim().split_once(' ')?;
    Some(Allowance {
        rule: rule.to_owned(),
        object: object.trim().to_owned(),
        reason: reason.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_the_lines_of_the_file() {
        let text = "-- expect: rls-off 5, rls-off 8\n-- outcome: creates table public.a\n-- there:\nselect 1;\n\
                    -- migration: 1_first.sql\ncreate table a (id int);\n-- migration: 2_more.sql\n\
                    create table b (id int);\n";
        let mut case = Case::new("hazards/x", Group::Hazard);
        case.take_file(text, "hazards/x.sql");
        assert_eq!(case.there, "-- there:\nselect 1;");
        let lines: Vec<_> = case
            .migrations
            .iter()
            .map(|it| it.statements[0].line)
            .collect();
        assert_eq!(lines, [6, 8]);
        assert_eq!(case.migrations[1].version, "2");
        assert_eq!(case.expected[1].line, 8);
        assert_eq!(case.outcomes[0].object, "table public.a");
    }
}
