//! Rule: a view that shows the accounts to the API.

use crate::diagnostic::{Diagnostic, Severity};
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::Subject;

rule! {
    /// A view reads `auth.users`, and the API's roles may read the view.
    ///
    /// ## Why it hurts
    ///
    /// A view runs with the rights of whoever made it, so it shows the accounts of every project on the
    /// database: addresses, telephone numbers, metadata. On databases from before 2026 a new view in
    /// `public` is open to `anon` without any GRANT.
    ///
    /// ## What to do instead
    ///
    /// Keep what others may see in a table of your own that references `auth.users (id)`, with policies.
    /// If only the server reads the view, put it into a schema that the API does not show.
    ///
    /// ```sql,bad
    /// create view members as select id, email from auth.users;
    /// grant select on members to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table members (id uuid primary key references auth.users (id) on delete cascade, name text);
    /// alter table members enable row level security;
    /// ```
    "auth-users-exposed", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let views = subject.statements().filter(|it| {
        matches!(it.kind, StatementKind::CreateView | StatementKind::CreateMaterializedView)
    });
    views.filter_map(|statement| judge(subject, statement)).collect()
}

fn judge(subject: &Subject<'_>, statement: &Statement) -> Option<Diagnostic> {
    let identity = subject.identity();
    let reads = |it: &&Mention| subject.resolve(statement, &it.name) == identity;
    statement.mentions_as(MentionRole::Reads).find(reads)?;
    let made = |it: &&Mention| matches!(it.role, MentionRole::Creates | MentionRole::Replaces);
    let mention = statement.mentions.iter().find(made)?;
    let view = subject.resolve(statement, &mention.name);
    let open = subject.api_readers(&view);
    // Without a database nobody knows what new views are open to.
    let perhaps = subject.planned.is_none() && subject.is_exposed(&view.schema);
    let (severity, to_whom) = match open.first() {
        Some(role) => (Severity::Error, format!("{role} may read it")),
        None if perhaps => (Severity::Warning, "on older projects anybody may read it".to_owned()),
        None => return None,
    };
    let message = format!("The view `{view}` shows the accounts of every project in `{identity}`, and {to_whom}.");
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(view.id())
            .help("Keep what others may see in a table of this project's own, or revoke SELECT from anon and authenticated."),
    )
}
