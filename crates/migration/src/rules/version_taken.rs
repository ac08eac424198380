//! Rule: a version that stands in Supabase's history already.

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::subject::Subject;

rule! {
    /// Supabase's history on this database has a migration of this version.
    ///
    /// ## Why it hurts
    ///
    /// `supabase_migrations.schema_migrations` has no column for the project. With another project's line of
    /// the same version there, `supabase db push` says "up to date" and never runs this file; and whoever
    /// "repairs" the history takes the other project's line away.
    ///
    /// ## What to do instead
    ///
    /// Rename the file to a version that is free. Lodger keeps a history of its own, by project: it applies the
    /// file all the same, and leaves that line alone. If the line is this project's own, from before Lodger,
    /// claim what is there with `lodger adopt`.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// ```
    "version-taken", Warning, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let migration = subject.migration;
    let Some(name) = subject.planned.and_then(|plan| plan.taken_versions.get(&migration.version)) else {
        return Vec::new();
    };
    let (message, help) = if *name == migration.name {
        (
            format!("Supabase's history has {} `{name}` already: it was probably applied with another tool.", migration.version),
            "Claim what is there with `lodger adopt`.",
        )
    } else {
        let named = if name.is_empty() { String::new() } else { format!(", `{name}`") };
        (
            format!("The version {} is another migration's in Supabase's history{named}.", migration.version),
            "Rename the file to a version that is free, such as the present time.",
        )
    };
    let start = migration.statements.first().map_or(0, |it| it.span.start);
    let finding = subject.finding(RULE.id, Severity::Warning, Span { start, end: start }, message);
    vec![finding.help(help)]
}
