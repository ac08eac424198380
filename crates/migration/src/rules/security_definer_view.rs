//! Rule: a view that passes row-level security.

use crate::catalog::Object;
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::{ObjectId, ObjectKind};
use crate::parse::words;
use crate::project::TableName;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::Subject;

rule! {
    /// A view that the API's roles may read runs with its owner's rights.
    ///
    /// ## Why it hurts
    ///
    /// Without `security_invoker` the policies of the tables below do not hold: whoever may read the view
    /// sees every row of them.
    ///
    /// ## What to do instead
    ///
    /// Write `WITH (security_invoker = true)`, and grant SELECT on the tables below as well.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create view notes_list as select id from notes;
    /// grant select on notes_list to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create view notes_list with (security_invoker = true) as select id from notes;
    /// grant select on notes_list to authenticated;
    /// ```
    "security-definer-view", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let views = subject.statements().filter(|it| it.kind == StatementKind::CreateView);
    views.filter_map(|statement| judge(subject, statement)).collect()
}

fn judge(subject: &Subject<'_>, statement: &Statement) -> Option<Diagnostic> {
    let made = |it: &&Mention| matches!(it.role, MentionRole::Creates | MentionRole::Replaces);
    let mention = statement.mentions.iter().find(made)?;
    let view = subject.resolve(statement, &mention.name);
    let mut read = statement.mentions_as(MentionRole::Reads).map(|it| subject.resolve(statement, &it.name));
    // Of a view on the accounts another rule says more.
    let of_accounts = read.any(|it| it == subject.identity());
    if of_accounts || runs_as_caller(subject, statement, &view) {
        return None;
    }
    let open = subject.api_readers(&view);
    let role = open.first()?;
    let message = format!("`{view}` runs with its owner's rights: {role} sees every row below it, whatever the policies say.");
    Some(
        subject
            .finding(RULE.id, Severity::Warning, mention.span, message)
            .about(view.id())
            .help("Write WITH (security_invoker = true) before AS."),
    )
}

fn runs_as_caller(subject: &Subject<'_>, statement: &Statement, view: &TableName) -> bool {
    let says = |text: &str| words(text).contains("security_invoker");
    let later = subject.migrations.iter().flat_map(|it| &it.statements).any(|it| {
        it.kind == StatementKind::AlterView
            && it.mentions.iter().any(|mention| mention.name.name == view.name)
            && says(&it.text)
    });
    let id = ObjectId::in_schema(ObjectKind::View, &view.schema, &view.name);
    match subject.after.and_then(|after| after.get(&id)).map(|entry| &entry.object) {
        Some(Object::View(it)) => it.options.iter().any(|option| {
            ["security_invoker=true", "security_invoker=on", "security_invoker=1"].contains(&option.as_str())
        }),
        _ => later || says(&statement.text),
    }
}
