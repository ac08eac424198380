//! Rule: the same index twice.

use crate::clause::{Clause, Index};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Said, TableName};
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
    for (statement, clause) in subject.clauses() {
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
    found
}

/// What holds the same: an index that is written before this one, or a key of the table.
fn twin(subject: &Subject<'_>, table: &TableName, index: &Index) -> Option<&'static str> {
    let plain = format!("({})", index.columns.join(", "));
    let keyed = !index.unique && index.definition.replace(", ", ",") == plain.replace(", ", ",");
    for Said { at, clause } in subject.project.said_about(&table.name) {
        match clause {
            Clause::Index(it) if std::ptr::eq(it, index) => break,
            Clause::Index(it)
                if it.definition == index.definition
                    && (it.unique || !index.unique)
                    && subject.project.resolve(*at, &it.table) == *table
                    && !subject.project.drops_index_after(*at) =>
            {
                return Some("an index");
            }
            Clause::Key(it)
                if keyed && it.columns == index.columns && subject.project.resolve(*at, &it.table) == *table =>
            {
                return Some(if it.primary { "a primary key" } else { "a unique constraint" });
            }
            _ => {}
        }
    }
    None
}
