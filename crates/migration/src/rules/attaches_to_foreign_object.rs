//! Rule: something of the project's hangs on a table that is not.

use crate::catalog::{Entry, Object};
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_users_like;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::project::TableName;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// An index, a trigger, a policy, a rule or a foreign key hangs on a table that is not this project's.
    ///
    /// ## Why it hurts
    ///
    /// A trigger runs in every write of the table's owner and can make it fail; an index costs each of
    /// them time; a policy opens their rows; a foreign key keeps them from deleting theirs.
    ///
    /// ## What to do instead
    ///
    /// Keep to own tables. What the platform's tables are for is allowed: to reference
    /// `auth.users (id)`; a trigger of one's own name on `auth.users` whose function is SECURITY DEFINER
    /// with a fixed search path; policies on `storage.objects` and `realtime.messages`; one's own
    /// tables in `supabase_realtime`.
    ///
    /// ```sql,bad
    /// create index users_email on users (email);
    /// ```
    ///
    /// ```sql,good
    /// create policy notes_files on storage.objects for select to authenticated
    ///   using (bucket_id = 'notes-files');
    /// ```
    "attaches-to-foreign-object", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.planned.is_some() {
        return planned(subject);
    }
    let mut found = Vec::new();
    for statement in subject.statements() {
        for mention in statement.mentions_as(MentionRole::AttachesTo) {
            if mention.kind == Some(ObjectKind::Table) {
                found.extend(judge(subject, statement, mention));
            }
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &mention.name);
    let allowed = match statement.kind {
        StatementKind::CreatePolicy => takes_policies(&table),
        StatementKind::CreateTrigger => table == subject.identity(),
        _ => false,
    };
    if allowed || subject.project.makes_relation(&table) {
        return None;
    }
    let certain = table.is_landlords() || is_users_like(&table.name);
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let message = format!("No migration of this project makes `{table}`, and this hangs something on it.");
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(table.id())
            .help("Keep to this project's own tables."),
    )
}

/// The platform's tables that are made to take projects' policies.
fn takes_policies(table: &TableName) -> bool {
    let name = (table.schema.as_str(), table.name.as_str());
    matches!(name, ("storage", "objects") | ("realtime", "messages"))
}

fn planned(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.foreign_outcomes(Action::AttachesTo);
    outcomes
        .filter_map(|(statement, outcome)| {
            let host = outcome.object.clone()?;
            let refusal = refusal(subject, statement, &host, outcome)?;
            let attached: Vec<String> = outcome.related.iter().map(short).collect();
            let what = if attached.is_empty() { outcome.differences.join("; ") } else { attached.join(", ") };
            let message = format!("This hangs {what} on the {host}, which is {}{refusal}.", outcome.owner.describe());
            let span = place_of(statement, Some(&host));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(host)
                    .help("Keep to this project's own tables."),
            )
        })
        .collect()
}

/// Kind and name, without the table: that is the host, or is said beside it.
fn short(id: &ObjectId) -> String {
    format!("the {} `{}`", id.kind.as_str(), id.name)
}

/// Why this is not one of the things that the host is there for; `None` when it is.
fn refusal(subject: &Subject<'_>, statement: &Statement, host: &ObjectId, outcome: &Outcome) -> Option<String> {
    let run = subject.planned?.run;
    if host.kind == ObjectKind::Publication {
        let added = outcome.differences.iter().filter_map(|it| it.strip_prefix("table "));
        let own = |name: &str| subject.project.own_tables().any(|(table, _)| table.to_string() == name);
        let foreign = added.filter_map(|it| it.split_once(':')).find(|(name, _)| !own(name));
        return foreign.map(|(name, _)| format!(", and `{name}` is not this project's"));
    }
    let table = TableName { schema: host.schema.clone()?, name: host.name.clone() };
    let Some(attached) = outcome.related.first() else {
        return Some(String::new());
    };
    // As the statement left it: later ones may give it another name.
    let left = run.statements.get(statement.index).and_then(|it| it.entries.get(attached));
    match left.map(|entry| &entry.object) {
        Some(Object::Constraint(it)) => {
            let key = it.foreign_key.as_ref()?;
            let identity = &subject.settings.identity_table;
            let to_identity = table == subject.identity() && key.columns == [identity.column.clone()];
            let elsewhere = key.schema == table.schema && is_users_like(&key.table);
            // A key to some other table of users is another rule's, and so is one to another column.
            let judged_elsewhere = elsewhere || table == subject.identity();
            (!to_identity && !judged_elsewhere).then(String::new)
        }
        Some(Object::Policy(_)) if takes_policies(&table) => None,
        Some(Object::Trigger(it)) if table == subject.identity() => {
            let function = run.after.entries.iter().find(|(id, _)| {
                id.kind == ObjectKind::Function
                    && id.name == it.function
                    && id.schema.as_deref() == Some(it.function_schema.as_str())
            });
            let safe = function.is_some_and(|(_, entry)| is_safe_on_identity(entry));
            (!safe).then(|| {
                format!(", and its function {}.{} is not SECURITY DEFINER with a fixed search_path", it.function_schema, it.function)
            })
        }
        _ => Some(String::new()),
    }
}

fn is_safe_on_identity(entry: &Entry) -> bool {
    matches!(&entry.object, Object::Function(it) if it.security_definer && it.pins_search_path())
}
