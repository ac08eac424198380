//! Rule: a trigger function that uses a column its table does not have.

use std::collections::BTreeSet;

use crate::catalog::Object;
use crate::clause::{Clause, Function, Trigger};
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::{ObjectId, ObjectKind};
use crate::parse::{new_old_columns, words};
use crate::project::TableName;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A trigger runs a function that uses a column its table does not have.
    ///
    /// ## Why it hurts
    ///
    /// PL/pgSQL looks columns of NEW and OLD up when it runs. Postgres accepts the trigger, and then
    /// every INSERT or UPDATE it fires for fails with `record "new" has no field …`. On another
    /// project's table it is that project that stops working.
    ///
    /// ## What to do instead
    ///
    /// Put triggers on own tables only, and give each the columns that its function uses.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, title text);
    /// alter table notes enable row level security;
    /// create function notes_touch() returns trigger language plpgsql as
    ///   $$ begin new.updated_at := now(); return new; end $$;
    /// create trigger notes_touch before update on notes for each row execute function notes_touch();
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, title text, updated_at timestamptz);
    /// alter table notes enable row level security;
    /// create function notes_touch() returns trigger language plpgsql as
    ///   $$ begin new.updated_at := now(); return new; end $$;
    /// create trigger notes_touch before update on notes for each row execute function notes_touch();
    /// ```
    "trigger-column-missing", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        match clause {
            Clause::Trigger(it) => found.extend(new_trigger(subject, statement, it)),
            Clause::Function(it) => found.extend(new_body(subject, statement, it)),
            _ => {}
        }
    }
    found
}

fn new_trigger(subject: &Subject<'_>, statement: &Statement, it: &Trigger) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &it.table);
    let function = subject.resolve(statement, &it.function);
    let body = body(subject, &function)?;
    let missing = missing_column(&body, &columns(subject, &table)?)?;
    let message = format!(
        "`{function}` uses {missing}, and `{table}` has no such column: whatever fires the trigger `{}` fails.",
        it.name
    );
    let id = ObjectId::on_table(ObjectKind::Trigger, &table.schema, &table.name, &it.name);
    Some(
        subject
            .finding(RULE.id, Severity::Error, it.table_span, message)
            .about(id)
            .help("Add the column if the table is this project's own, or leave the trigger out."),
    )
}

/// A function gets a new body, and triggers of other tables run it.
fn new_body(subject: &Subject<'_>, statement: &Statement, it: &Function) -> Vec<Diagnostic> {
    let name = subject.resolve(statement, &it.name);
    let entries = subject.planned.map(|it| &it.run.after.entries);
    let mut found = Vec::new();
    for (id, entry) in entries.into_iter().flatten().filter(|_| it.replaces) {
        let Object::Trigger(trigger) = &entry.object else { continue };
        let uses = trigger.function == name.name && trigger.function_schema == name.schema;
        let (Some(schema), Some(table)) = (&id.schema, &id.table) else { continue };
        let table = TableName { schema: schema.clone(), name: table.clone() };
        let columns = columns(subject, &table).filter(|_| uses && !makes_trigger(subject, id));
        let Some(missing) = columns.and_then(|columns| missing_column(&it.body, &columns)) else {
            continue;
        };
        let message = format!("The new body uses {missing}, and `{table}`, whose trigger `{}` runs it, has no such column.", id.name);
        let finding = subject.finding(RULE.id, Severity::Error, it.span, message);
        found.push(finding.about(id.clone()).help("Make a function of another name, and leave OR REPLACE out."));
    }
    found
}

/// The migration makes the trigger itself, and it is judged there.
fn makes_trigger(subject: &Subject<'_>, id: &ObjectId) -> bool {
    let mut clauses = subject.statements().flat_map(|it| &it.clauses);
    clauses.any(|clause| match clause {
        Clause::Trigger(it) => it.name == id.name && Some(&it.table.name) == id.table.as_ref(),
        _ => false,
    })
}

/// The body of a PL/pgSQL function: from the files, or from the database.
fn body(subject: &Subject<'_>, name: &TableName) -> Option<String> {
    if let Some(function) = subject.project.function(name) {
        return (function.language == "plpgsql").then(|| function.body.clone());
    }
    let is_it = |(id, _): &(&ObjectId, &std::sync::Arc<crate::catalog::Entry>)| {
        id.name == name.name && id.schema.as_deref() == Some(name.schema.as_str())
    };
    let mut same_name = subject.after?.entries.iter().filter(is_it);
    same_name.find_map(|(_, entry)| match &entry.object {
        Object::Function(it) if it.language == "plpgsql" => Some(it.body.clone()),
        _ => None,
    })
}

/// The columns of a table: on the database, or as the files make it. `None` when nobody knows.
fn columns(subject: &Subject<'_>, name: &TableName) -> Option<BTreeSet<String>> {
    if let Some(table) = subject.after.and_then(|it| it.table(&name.schema, &name.name)) {
        return Some(table.columns.iter().map(|it| it.name.clone()).collect());
    }
    let facts = subject.project.table(name)?;
    let (_, create) = facts.created?;
    (!create.open_ended).then(|| facts.columns.iter().map(|it| it.name.clone()).collect())
}

fn missing_column(body: &str, columns: &BTreeSet<String>) -> Option<String> {
    let words = words(body);
    // The body tells tables apart itself.
    if words.contains("tg_table_name") || words.contains("tg_relid") || words.contains("tg_relname") {
        return None;
    }
    let used = new_old_columns(body).into_iter();
    let missing = used.filter(|it| !columns.contains(&it.column));
    missing.map(|it| format!("{}.{}", it.row, it.column)).next()
}
