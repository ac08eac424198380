//! A case as SQL, and as a file of `corpus/differential`.

use super::model::{Case, Statement};
use super::render::render;

/// What the project calls itself whose migration is due.
pub(crate) const OURS: &str = "research";
/// Another project.
pub(crate) const OTHERS: &str = "bakery";
/// What nobody claims.
pub(crate) const NOBODY: &str = "nobody";

/// A case as SQL: what stands there, one statement each, with who made it; and the migration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    pub(crate) standing: Vec<(&'static str, Vec<String>)>,
    pub(crate) migration: String,
}

impl Script {
    pub(crate) fn of(case: &Case) -> Self {
        let sql = |statements: &[Statement]| statements.iter().map(render).collect();
        Self {
            standing: vec![
                (NOBODY, sql(&case.unclaimed)),
                (OTHERS, sql(&case.others)),
                (OURS, sql(&case.ours)),
            ],
            migration: lines(&sql(&case.pending)),
        }
    }

    /// Reads a file of the corpus: its SQL stands below the lines `-- standing: owner` and `-- migration`,
    /// one statement to a line.
    pub(crate) fn parse(text: &str) -> Self {
        let mut script = Self::default();
        let mut in_migration = false;
        for line in text.lines() {
            if let Some(owner) = line.strip_prefix("-- standing: ") {
                let known = [NOBODY, OTHERS, OURS];
                let owner = known.into_iter().find(|it| *it == owner).unwrap();
                script.standing.push((owner, Vec::new()));
            } else if line == "-- migration" {
                in_migration = true;
            } else if line.starts_with("--") || line.is_empty() {
            } else if in_migration {
                script.migration.push_str(line);
                script.migration.push('\n');
            } else {
                let (_, statements) = script.standing.last_mut().unwrap();
                statements.push(line.trim_end_matches(';').to_owned());
            }
        }
        script
    }

    /// A file of the corpus. `found` says what differed.
    pub(crate) fn file(&self, found: &[String]) -> String {
        let mut text = String::new();
        for line in found.iter().flat_map(|it| it.lines()) {
            text.push_str(&format!("-- found: {line}\n"));
        }
        for (owner, statements) in self.standing.iter().filter(|(_, it)| !it.is_empty()) {
            text.push_str(&format!("-- standing: {owner}\n{}", lines(statements)));
        }
        text.push_str("-- migration\n");
        text.push_str(&self.migration);
        text
    }
}

/// Statements as a file.
pub(crate) fn lines(statements: &[String]) -> String {
    statements.iter().flat_map(|it| [it, ";\n"]).collect()
}
