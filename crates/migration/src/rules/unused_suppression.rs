//! Rule: a suppression that silences nothing.

use crate::diagnostic::Diagnostic;
use crate::subject::Subject;

rule! {
    /// A comment silences a rule that reports nothing there.
    ///
    /// ## Why it hurts
    ///
    /// The next finding at that place, perhaps a real one, would be silenced by an excuse for another.
    ///
    /// ## What to do instead
    ///
    /// Remove the comment. One that is for findings of `lodger plan` is not reported by `lodger lint`.
    ///
    /// ```sql,bad
    /// -- lodger: allow rls-off because the API does not expose this schema
    /// create schema notes;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// ```
    "unused-suppression", Warning, Files
}

/// Reported once the findings of all rules are known.
fn check(_: &Subject<'_>) -> Vec<Diagnostic> {
    Vec::new()
}
