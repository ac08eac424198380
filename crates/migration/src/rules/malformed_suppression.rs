//! Rule: a suppression that silences nothing because it is not complete.

use crate::diagnostic::Diagnostic;
use crate::subject::Subject;

rule! {
    /// A comment that is to silence a rule names no reason, or no rule that exists.
    ///
    /// ## Why it hurts
    ///
    /// A finding that is silenced without a reason cannot be judged by the next reader. The comment
    /// has no effect.
    ///
    /// ## What to do instead
    ///
    /// Write `-- lodger: allow <rule> because <reason>` on the line before, or at the end of the
    /// statement. The name of the object may follow the rule.
    ///
    /// ```sql,bad
    /// -- lodger: allow rls-off
    /// create table notes (id uuid primary key);
    /// ```
    ///
    /// ```sql,good
    /// -- lodger: allow rls-off public.notes because the API does not expose this schema
    /// create table notes (id uuid primary key);
    /// ```
    "malformed-suppression", Warning, Files
}

/// Reported where suppressions are read.
fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    crate::suppression::malformed(RULE.id, subject)
}
