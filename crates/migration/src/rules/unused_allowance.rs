//! Rule: an allowance that allows nothing.

use crate::diagnostic::Diagnostic;
use crate::subject::Subject;

rule! {
    /// The configuration allows something that no migration does.
    ///
    /// ## Why it hurts
    ///
    /// The next finding of that rule about that object, perhaps a real one, would be let through by a reason
    /// that was given for another.
    ///
    /// ## What to do instead
    ///
    /// Remove the `[[allow]]`. `lodger lint` reports those whose rules need no database; `lodger plan` the
    /// others as well, on a database to which nothing of the project was applied yet.
    ///
    /// ```sql,bad
    /// -- allow: rls-off public.old because only the server reads it
    /// create schema notes;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// ```
    "unused-allowance", Warning, Files
}

/// Reported once the findings of all migrations are known.
fn check(_: &Subject<'_>) -> Vec<Diagnostic> {
    Vec::new()
}
