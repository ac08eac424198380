//! Rule: settings of a role, a database or the server.

use crate::diagnostic::{Diagnostic, Severity};
use crate::names::written;
use crate::object::{ObjectId, ObjectKind};
use crate::statement::{MentionRole, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// A migration changes a role or database that all projects use.
    ///
    /// ## Why it hurts
    ///
    /// `ALTER ROLE authenticator SET pgrst.db_schemas` decides which schemas the API shows: setting it
    /// to one's own hides every other project. A `statement_timeout` on a role, or any setting of the
    /// database, is everybody's as well.
    ///
    /// ## What to do instead
    ///
    /// Set parameters on own functions (`create function … set …`) or for one transaction (`set local`).
    /// Adding a schema to the API is a change to make by hand, with all projects at the table.
    ///
    /// ```sql,bad
    /// alter role authenticator set pgrst.db_schemas = 'notes';
    /// ```
    ///
    /// ```sql,good
    /// create function notes_slow() returns void language sql set statement_timeout = '1min' as 'select';
    /// ```
    "alters-role-or-database-settings", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let help = "Set parameters on this project's own functions, or with SET LOCAL.";
    for statement in subject.statements() {
        if statement.kind == StatementKind::AlterSystem {
            let message = "This changes the server for every project.";
            let span = place_of(statement, None);
            found.push(subject.finding(RULE.id, Severity::Error, span, message).help(help));
        }
        for mention in statement.mentions_as(MentionRole::Alters) {
            let Some(kind @ (ObjectKind::Role | ObjectKind::Database)) = mention.kind else {
                continue;
            };
            let name = written(&mention.name);
            if subject.project.makes(kind, &name) {
                continue;
            }
            let message = format!("The {} `{name}` is used by every project, and this changes it for all.", kind.as_str());
            found.push(
                subject
                    .finding(RULE.id, Severity::Error, mention.span, message)
                    .about(ObjectId::global(kind, name))
                    .help(help),
            );
        }
    }
    found
}
