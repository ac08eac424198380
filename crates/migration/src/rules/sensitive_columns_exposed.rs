//! Rule: columns with secrets that anybody may read.

use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_sensitive_column;
use crate::project::TableFacts;
use crate::subject::Subject;

rule! {
    /// A table has columns such as `password` or `api_key`, and every caller of the API may read its rows.
    ///
    /// ## Why it hurts
    ///
    /// With SELECT granted and row-level security off, or a policy that is true for every row, one request
    /// with the public key fetches all of them.
    ///
    /// ## What to do instead
    ///
    /// Keep secrets in a table that only the server reads, or in Vault; grant SELECT on the other columns
    /// alone where some have to be visible.
    ///
    /// ```sql,bad
    /// create table integrations (id uuid primary key, api_key text);
    /// grant select on integrations to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table integrations (id uuid primary key, api_key text);
    /// alter table integrations enable row level security;
    /// revoke all on integrations from anon, authenticated;
    /// ```
    "sensitive-columns-exposed", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, facts, span) in subject.created_tables() {
        let mut columns = facts.columns.iter().filter(|it| is_sensitive_column(&it.name));
        let Some(column) = columns.next() else { continue };
        let Some(how) = exposed(subject, facts, name) else { continue };
        let message = format!("`{name}.{}` can be read by every caller of the API: {how}.", column.name);
        let inside = column.span.start >= span.start;
        found.push(
            subject
                .finding(RULE.id, Severity::Error, if inside { column.span } else { span }, message)
                .about(name.id())
                .help("Move it into a table that only the server reads, or grant SELECT on the other columns alone."),
        );
    }
    found
}

/// How everybody gets at every row; `None` when nobody does.
fn exposed(
    subject: &Subject<'_>,
    facts: &TableFacts<'_>,
    name: &crate::project::TableName,
) -> Option<String> {
    let readers = subject.api_readers(name);
    let role = readers.first()?;
    let on_shadow = subject.declared_table(name).is_some_and(|it| it.rls);
    if !facts.rls && !on_shadow {
        return Some(format!("row-level security is off, and {role} may select"));
    }
    let open = facts.policies.iter().map(|(_, it)| it).find(|it| {
        let reads = it.command == "select" || it.command == "all";
        reads && it.permissive && it.is_for_api() && it.using.as_deref().is_some_and(crate::names::is_always_true)
    });
    open.map(|it| format!("the policy `{}` is true for every row", it.name))
}
