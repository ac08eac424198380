//! Rule: a search path that lets names resolve elsewhere.

use crate::clause::{Clause, Setting};
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::statement::{MentionRole, Statement, StatementKind};
use crate::subject::Subject;

rule! {
    /// A file puts several schemas on the search path and then uses names without a schema.
    ///
    /// ## Why it hurts
    ///
    /// With `set search_path = billing, public` a guard, a foreign key or a DROP means the first table
    /// of that name in either schema. On a shared database the other project's comes first some day:
    /// `create table if not exists invoices` then makes nothing.
    ///
    /// ## What to do instead
    ///
    /// Write the schema into the names, or let the project's home schema (`schema` in `lodger.toml`)
    /// stand alone on the path: Lodger sets it.
    ///
    /// ```sql,bad
    /// set search_path = billing, public;
    /// create table if not exists invoices (id uuid primary key);
    /// ```
    ///
    /// ```sql,good
    /// create schema billing;
    /// create table billing.invoices (id uuid primary key);
    /// alter table billing.invoices enable row level security;
    /// ```
    "search-path-change", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in subject.statements().filter(|it| it.kind != StatementKind::Do) {
        for clause in &statement.clauses {
            let Clause::Setting(setting) = clause else { continue };
            if setting.name != "search_path" || schemas(setting).count() < 2 {
                continue;
            }
            let Some((line, name)) = first_bare_name(subject, statement) else { continue };
            let path: Vec<&str> = schemas(setting).collect();
            let message = format!(
                "From here on a bare name means the first one in {}: `{name}` on line {line}, for example.",
                path.join(", then ")
            );
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, setting.span, message)
                    .help("Write the schema into the names, and leave the search path alone."),
            );
        }
    }
    found
}

/// The schemas that can hold a project's objects.
fn schemas(setting: &Setting) -> impl Iterator<Item = &str> {
    let neutral = ["", "extensions", "pg_catalog", "pg_temp", "$user"];
    setting.values.iter().map(String::as_str).filter(move |it| !neutral.contains(it))
}

/// The first name after a statement that is looked up on the path.
fn first_bare_name<'a>(subject: &Subject<'a>, after: &Statement) -> Option<(u32, &'a str)> {
    let later = subject.statements().filter(|it| it.index > after.index);
    later.into_iter().find_map(|statement| {
        let looked_up = |role| match role {
            MentionRole::Creates => statement.guarded,
            MentionRole::Reads | MentionRole::Executes => false,
            _ => true,
        };
        let bare = statement.mentions.iter().find(|it| {
            let relation = matches!(it.kind, Some(ObjectKind::Table | ObjectKind::View | ObjectKind::Type));
            relation && it.name.schema.is_none() && looked_up(it.role)
        })?;
        Some((statement.line, bare.name.name.as_str()))
    })
}
