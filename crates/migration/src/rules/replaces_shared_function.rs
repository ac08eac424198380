//! Rule: OR REPLACE, or DROP, of a name that every second project uses.

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::{is_shared_function, is_shared_trigger, written};
use crate::object::{ObjectId, ObjectKind};
use crate::statement::{Mention, MentionRole, Statement};
use crate::subject::Subject;

rule! {
    /// A migration replaces a function or drops a trigger whose name half of all projects use.
    ///
    /// ## Why it hurts
    ///
    /// `update_updated_at_column()` and `handle_new_user()` come from the same few tutorials. On a
    /// shared database CREATE OR REPLACE puts your body into another project's function, and its
    /// triggers run your code from then on: with a column that its tables lack, every UPDATE of that
    /// project fails. `DROP TRIGGER IF EXISTS on_auth_user_created` takes another project's sign-up away.
    ///
    /// ## What to do instead
    ///
    /// Put the project's name into the name, and write CREATE without OR REPLACE the first time.
    ///
    /// ```sql,bad
    /// create or replace function update_updated_at_column() returns trigger language plpgsql as $$
    /// begin new.updated_at := now(); return new; end $$;
    /// ```
    ///
    /// ```sql,good
    /// create function notes_touch_updated_at() returns trigger language plpgsql
    ///   set search_path from current as $$
    /// begin new.updated_at := now(); return new; end $$;
    /// ```
    "replaces-shared-function", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // With a database at hand the plan says what is replaced.
    if subject.planned.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for statement in subject.statements() {
        let replaced = statement.mentions_as(MentionRole::Replaces);
        let dropped = statement.mentions_as(MentionRole::Drops);
        for mention in replaced.chain(dropped) {
            found.extend(judge(subject, statement, mention));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let name = &mention.name.name;
    let (what, shared) = match mention.kind? {
        ObjectKind::Function => ("function", is_shared_function(name)),
        ObjectKind::Trigger => {
            let table = mention.table.as_ref()?;
            let foreign = subject.resolve(statement, table).is_landlords();
            ("trigger", foreign && is_shared_trigger(name))
        }
        _ => return None,
    };
    if !shared || made_before(subject, statement, mention) {
        return None;
    }
    let verb = if mention.role == MentionRole::Drops { "drops" } else { "replaces" };
    let message = format!(
        "This {verb} whatever {what} `{}` there is, and many projects have one of that name.",
        written(&mention.name)
    );
    let own = format!("{}_{name}", subject.settings.project.replace('-', "_"));
    Some(
        subject
            .finding(RULE.id, Severity::Warning, mention.span, message)
            .about(about(subject, statement, mention))
            .help(format!("Give it a name of your own, such as `{own}`, and create it without OR REPLACE.")),
    )
}

fn about(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> ObjectId {
    if let Some(table) = &mention.table {
        let table = subject.resolve(statement, table);
        return ObjectId::on_table(ObjectKind::Trigger, table.schema, table.name, &mention.name.name);
    }
    let name = subject.resolve(statement, &mention.name);
    ObjectId::in_schema(ObjectKind::Function, name.schema, name.name)
}

/// An earlier statement of the project made it with a plain CREATE, which fails when the name is taken.
fn made_before(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> bool {
    let here = subject.position(statement);
    let earlier = subject.project.said_about(&mention.name.name).take_while(|it| it.at < here);
    earlier.map(|it| it.clause).any(|clause| match clause {
        Clause::Function(it) => {
            mention.kind == Some(ObjectKind::Function) && !it.replaces && it.name == mention.name
        }
        Clause::Trigger(it) => {
            mention.kind == Some(ObjectKind::Trigger)
                && !it.replaces
                && it.name == mention.name.name
                && !was_dropped_first(subject, &it.name)
        }
        _ => false,
    })
}

/// DROP TRIGGER IF EXISTS stands before the CREATE: the plain CREATE proves nothing then.
fn was_dropped_first(subject: &Subject<'_>, trigger: &str) -> bool {
    let all = subject.migrations.iter().flat_map(|it| &it.statements);
    let first = all
        .flat_map(|it| &it.mentions)
        .find(|it| it.kind == Some(ObjectKind::Trigger) && it.name.name == trigger);
    first.is_some_and(|it| it.role == MentionRole::Drops)
}
