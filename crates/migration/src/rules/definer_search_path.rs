//! Rule: a SECURITY DEFINER function without a fixed search path.

use crate::clause::{Clause, Function};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::TableName;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A SECURITY DEFINER function leaves its search path to the caller.
    ///
    /// ## Why it hurts
    ///
    /// The function runs with its owner's rights and looks names up where the caller says: whoever can
    /// create a table or a function in a schema of that path runs code as the owner. On a trigger of
    /// `auth.users` it breaks sign-ups as well: the path there is `auth`, so `profiles` is not found.
    ///
    /// ## What to do instead
    ///
    /// `SET search_path = ''` with every name qualified, or `SET search_path FROM CURRENT` in a
    /// migration whose names are meant for the home schema.
    ///
    /// ```sql,bad
    /// create function notes_count() returns bigint language sql security definer as
    ///   'select count(*) from notes';
    /// ```
    ///
    /// ```sql,good
    /// create function notes_count() returns bigint language sql security definer
    ///   set search_path from current as 'select 1::bigint';
    /// ```
    "definer-search-path", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Function(function) = clause {
            found.extend(judge(subject, statement, function));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, function: &Function) -> Option<Diagnostic> {
    let name = subject.resolve(statement, &function.name);
    let last = subject.project.function(&name);
    let replaced = last.is_some_and(|it| !std::ptr::eq(it, function) && it.pins_search_path);
    if !function.security_definer
        || function.pins_search_path
        || replaced
        || subject.project.pins_later(&name)
        || pinned_on_shadow(subject, &name)
    {
        return None;
    }
    let (severity, consequence) = match on_identity(subject, &name) {
        Some(trigger) => (
            Severity::Error,
            format!("its trigger `{trigger}` looks names up in the wrong schema, and sign-ups fail"),
        ),
        None => (
            Severity::Warning,
            "the caller decides which tables and functions it runs with the owner's rights".to_owned(),
        ),
    };
    let message = format!("`{name}` is SECURITY DEFINER without a fixed search_path: {consequence}.");
    Some(
        subject
            .finding(RULE.id, severity, function.span, message)
            .help("Add SET search_path = '' and qualify every name, or SET search_path FROM CURRENT."),
    )
}

fn pinned_on_shadow(subject: &Subject<'_>, name: &TableName) -> bool {
    use crate::catalog::Object;
    let Some(after) = subject.after else { return false };
    let mut same_name = after.entries.iter().filter(|(id, _)| {
        id.name == name.name && id.schema.as_deref() == Some(name.schema.as_str())
    });
    same_name.any(|(_, entry)| matches!(&entry.object, Object::Function(it) if it.pins_search_path()))
}

/// A trigger on the identity table that runs the function.
fn on_identity<'a>(subject: &Subject<'a>, function: &TableName) -> Option<&'a str> {
    let statements = subject.statements();
    let mut triggers = statements.flat_map(|it| it.clauses.iter().map(move |clause| (it, clause)));
    triggers.find_map(|(statement, clause)| match clause {
        Clause::Trigger(it)
            if subject.resolve(statement, &it.table) == subject.identity()
                && subject.resolve(statement, &it.function) == *function =>
        {
            Some(it.name.as_str())
        }
        _ => None,
    })
}
