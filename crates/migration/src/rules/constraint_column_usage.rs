//! Rule: a check that asks a view which hides what it asks for.

use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::find_word;
use crate::statement::StatementKind;
use crate::subject::Subject;

rule! {
    /// A statement looks foreign keys up in `information_schema.constraint_column_usage`.
    ///
    /// ## Why it hurts
    ///
    /// That view lists only constraints on tables that the asking role owns. `auth.users` belongs to the
    /// platform, so a foreign key to it is never listed: the check says "missing" of a key that is there.
    ///
    /// ## What to do instead
    ///
    /// Ask `pg_catalog.pg_constraint`, with `conrelid` and `confrelid`. Or leave the check out: `lodger apply`
    /// proves every foreign key before COMMIT, and `lodger verify` does it again at any time.
    ///
    /// ```sql,bad
    /// select table_name from information_schema.constraint_column_usage where table_name = 'users';
    /// ```
    ///
    /// ```sql,good
    /// select conname from pg_catalog.pg_constraint where confrelid = 'auth.users'::regclass;
    /// ```
    "constraint-column-usage", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let asks = |kind: &StatementKind| matches!(kind, StatementKind::Select | StatementKind::Do);
    subject
        .statements()
        .filter(|it| asks(&it.kind))
        .filter_map(|statement| find_word(statement, "constraint_column_usage"))
        .map(|span| {
            let message = "This view hides every foreign key to a table that the asking role does not own, such as `auth.users`.";
            subject
                .finding(RULE.id, Severity::Warning, span, message)
                .help("Ask pg_catalog.pg_constraint, with conrelid and confrelid.")
        })
        .collect()
}
