//! Takes a table of users out of the migrations, with all that is about it alone.

use super::Scene;
use super::edit::{Proposal, whole_lines};
use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Edit, Severity, Span};
use crate::migration::Migration;
use crate::object::ObjectKind;
use crate::parse::{comments, parse_migration, words};
use crate::project::TableName;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};

/// Every statement that is about the table alone goes; `Err` tells what else uses it.
pub(super) fn propose(
    scene: &Scene<'_>,
    diagnostic: &Diagnostic,
) -> Option<Result<Proposal, String>> {
    let object = diagnostic.object.as_ref()?;
    if diagnostic.severity != Severity::Error {
        return None;
    }
    let table = TableName {
        schema: object.schema.clone()?,
        name: object.name.clone(),
    };
    let mut removal = Removal {
        scene,
        indexes: indexes(scene, &table),
        table,
    };
    Some(removal.propose(diagnostic))
}

/// The names of the indexes on the table.
fn indexes(scene: &Scene<'_>, table: &TableName) -> Vec<String> {
    let mut names = Vec::new();
    for (at, migration) in scene.migrations.iter().enumerate() {
        for statement in &migration.statements {
            let on_it = statement.clauses.iter().any(|it| match it {
                Clause::Index(it) => {
                    scene.project.resolve((at, statement.index), &it.table) == *table
                }
                _ => false,
            });
            let made = statement.mentions_as(MentionRole::Creates);
            let made = made.filter(|it| on_it && it.kind == Some(ObjectKind::Index));
            names.extend(made.map(|it| it.name.name.clone()));
        }
    }
    names
}

struct Removal<'a> {
    scene: &'a Scene<'a>,
    table: TableName,
    indexes: Vec<String>,
}

/// What a statement has to do with the table.
enum Concern {
    Nothing,
    /// It is about the table and nothing else.
    Alone,
    /// Its foreign key points at the table: another fix turns it to the identity table.
    Refers,
    /// It uses the table for something else.
    Uses,
}

impl Removal<'_> {
    fn propose(&mut self, diagnostic: &Diagnostic) -> Result<Proposal, String> {
        let title = format!("Leave `{}` out", self.table);
        let mut proposal = Proposal::new(diagnostic.rule.clone(), title);
        for (at, migration) in self.scene.migrations.iter().enumerate() {
            let mut spans = self.commented_out(at, migration);
            for statement in &migration.statements {
                match self.concern(at, statement) {
                    Concern::Nothing | Concern::Refers => {}
                    Concern::Alone => spans.push(statement.span),
                    Concern::Uses => {
                        return Err(format!(
                            "`{}` cannot be left out: {}:{} uses it",
                            self.table, migration.file, statement.line
                        ));
                    }
                }
            }
            for span in joined(&migration.text, spans) {
                proposal.edit(at, cut(migration, span));
            }
        }
        Ok(proposal)
    }

    fn concern(&self, at: usize, statement: &Statement) -> Concern {
        let is_it = |name: &crate::statement::QualifiedName| {
            self.scene.project.resolve((at, statement.index), name) == self.table
        };
        let about = |mention: &Mention| match (&mention.table, mention.kind) {
            (Some(table), _) => is_it(table),
            (None, Some(ObjectKind::Table | ObjectKind::View)) => is_it(&mention.name),
            (None, Some(ObjectKind::Index)) => self.indexes.contains(&mention.name.name),
            _ => false,
        };
        let mine: Vec<&Mention> = statement.mentions.iter().filter(|it| about(it)).collect();
        let spoken_of = statement_speaks(statement, &self.table.name);
        if mine.is_empty() {
            return if spoken_of {
                Concern::Uses
            } else {
                Concern::Nothing
            };
        }
        let refers = mine.iter().all(|it| it.role == MentionRole::References);
        if refers {
            return Concern::Refers;
        }
        // Its own foreign keys and its own trigger's function go with it.
        let others = statement.mentions.iter().any(|it| {
            let relation = matches!(
                it.kind,
                Some(ObjectKind::Table | ObjectKind::View | ObjectKind::Index)
            );
            relation
                && !about(it)
                && it.role != MentionRole::References
                && !matches!(statement.kind, StatementKind::CreateIndex)
        });
        if !others && is_removable(&statement.kind) {
            Concern::Alone
        } else {
            Concern::Uses
        }
    }

    /// The lines of comments that hold a statement about the table alone: the way back.
    fn commented_out(&self, at: usize, migration: &Migration) -> Vec<Span> {
        let mut found = Vec::new();
        for span in comments(&migration.text) {
            let Some(text) = migration.text.get(span.start..span.end) else {
                continue;
            };
            let Some(sql) = text.strip_prefix("--") else {
                continue;
            };
            let parsed = parse_migration("0", "", "", sql.trim().as_bytes());
            let [statement] = parsed.statements.as_slice() else {
                continue;
            };
            let drops = statement.mentions_as(MentionRole::Drops).next().is_some();
            let known = parsed.syntax_errors.is_empty() && drops;
            if known && matches!(self.concern(at, statement), Concern::Alone) {
                found.push(span);
            }
        }
        found
    }
}

/// Statements that make, change or remove a table or what hangs on it.
fn is_removable(kind: &StatementKind) -> bool {
    use StatementKind as S;
    matches!(
        kind,
        S::CreateTable
            | S::CreateIndex
            | S::CreateTrigger
            | S::CreatePolicy
            | S::CreateRule
            | S::AlterTable
            | S::AlterPolicy
            | S::AlterTrigger
            | S::AlterIndex
            | S::Comment
            | S::Grant
            | S::Revoke
            | S::DropTable
            | S::DropIndex
            | S::DropPolicy
            | S::DropRule
            | S::DropTrigger
    )
}

/// The name stands in a body or a block, where nobody follows it. `auth.users` is another table.
fn statement_speaks(statement: &Statement, name: &str) -> bool {
    let in_body = |body: &str| {
        let rest = body.to_ascii_lowercase().replace("auth.users", "");
        words(&rest).contains(name)
    };
    match statement.kind {
        StatementKind::Do => in_body(&statement.text),
        _ => statement.clauses.iter().any(|it| match it {
            Clause::Function(it) => in_body(&it.body),
            _ => false,
        }),
    }
}

/// Neighbours go as one, with the blank lines between them.
fn joined(text: &str, mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        let between = |last: &Span| text.get(last.end..span.start).unwrap_or("?");
        match joined.last_mut() {
            Some(last) if between(last).chars().all(|c| c == ';' || c.is_whitespace()) => {
                last.end = span.end;
            }
            _ => joined.push(span),
        }
    }
    joined
}

fn cut(migration: &Migration, span: Span) -> Edit {
    Edit {
        span: whole_lines(&migration.text, span),
        text: String::new(),
    }
}
