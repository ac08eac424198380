//! Rule: the same index twice.

use crate::clause::{Clause, Index};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::TableName;
use crate::subject::Subject;

rule! {
    /// An index holds what another index or key of its table holds already.
    ///
    /// ## Why it hurts
    ///
    /// Every write keeps both, and no query is faster for it. PRIMARY KEY and UNIQUE make an index of their
    /// own, so a plain index on the same columns is the second one.
    ///
    /// ## What to do instead
    ///
    /// Leave the second one out.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, slug text unique);
    /// alter table notes enable row level security;
    /// create index notes_slug on notes (slug);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, slug text unique);
    /// alter table notes enable row level security;
    /// ```
    "duplicate-index", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in subject.statements() {
        for clause in &statement.clauses {
            let Clause::Index(index) = clause else { continue };
            let table = subject.resolve(statement, &index.table);
            if !subject.project.makes_table(&table) {
                continue;
            }
            let Some(twin) = twin(subject, &table, index) else { continue };
            let message = format!("`{table}` has {twin} on the same columns already: this index is kept twice.");
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, index.span, message)
                    .about(table.id())
                    .help("Leave it out."),
            );
        }
    }
    found
}

/// What holds the same: an index that is written before this one, or a key of the table.
fn twin(subject: &Subject<'_>, table: &TableName, index: &Index) -> Option<&'static str> {
    let plain = format!("({})", index.columns.join(", "));
    let keyed = !index.unique && index.definition.replace(", ", ",") == plain.replace(", ", ",");
    let until = subject.migrations.iter().take(subject.at + 1);
    let all = until.enumerate().flat_map(|(at, migration)| {
        migration.statements.iter().flat_map(move |it| it.clauses.iter().map(move |clause| ((at, it.index), clause)))
    });
    for (at, clause) in all {
        match clause {
            Clause::Index(it) if std::ptr::eq(it, index) => break,
            Clause::Index(it)
                if it.definition == index.definition
                    && (it.unique || !index.unique)
                    && it.table.name == table.name
                    && subject.project.resolve(at, &it.table) == *table
                    && !subject.drops_index_after(at) =>
            {
                return Some("an index");
            }
            Clause::Key(it)
                if keyed && it.columns == index.columns && it.table.name == table.name && subject.project.resolve(at, &it.table) == *table =>
            {
                return Some(if it.primary { "a primary key" } else { "a unique constraint" });
            }
            _ => {}
        }
    }
    None
}

impl Subject<'_> {
    /// Some index is dropped later on: perhaps that one, to be made again.
    fn drops_index_after(&self, at: crate::project::Position) -> bool {
        use crate::object::ObjectKind;
        use crate::statement::MentionRole;
        let statements = self.migrations.iter().enumerate().flat_map(|(file, migration)| {
            migration.statements.iter().map(move |it| ((file, it.index), it))
        });
        statements.filter(|(place, _)| *place > at).any(|(_, it)| {
            it.mentions_as(MentionRole::Drops)
                .any(|it| matches!(it.kind, Some(ObjectKind::Index | ObjectKind::Table)))
        })
    }
}
