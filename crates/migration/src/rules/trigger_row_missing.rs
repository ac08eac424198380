//! Rule: NEW where there is none, or OLD.

use crate::clause::{Clause, Function, Trigger};
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::{new_old_columns, words};
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A trigger's function uses NEW when a row is deleted, or OLD when one is inserted.
    ///
    /// ## Why it hurts
    ///
    /// On DELETE there is no NEW: its columns are null, so what the function writes goes to no row or to the
    /// wrong one, and a BEFORE trigger that returns it cancels the DELETE without a word. On INSERT the same
    /// is true of OLD.
    ///
    /// ## What to do instead
    ///
    /// Ask `TG_OP` first, and use OLD for DELETE and NEW for INSERT.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, folder_id uuid);
    /// alter table notes enable row level security;
    /// create function notes_gone() returns trigger language plpgsql set search_path = '' as $$
    /// begin
    ///   delete from public.notes where folder_id = new.folder_id;
    ///   return new;
    /// end $$;
    /// create trigger notes_gone after delete on notes for each row execute function notes_gone();
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, folder_id uuid);
    /// alter table notes enable row level security;
    /// create function notes_gone() returns trigger language plpgsql set search_path = '' as $$
    /// begin
    ///   delete from public.notes where folder_id = old.folder_id;
    ///   return old;
    /// end $$;
    /// create trigger notes_gone after delete on notes for each row execute function notes_gone();
    /// ```
    "trigger-row-missing", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Trigger(trigger) = clause {
            found.extend(judge(subject, statement, trigger));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, trigger: &Trigger) -> Option<Diagnostic> {
    let name = subject.resolve(statement, &trigger.function);
    let function = subject.project.function(&name)?;
    if function.language != "plpgsql" || !trigger.for_each_row {
        return None;
    }
    let (event, row) = missing(trigger, function)?;
    let other = if row == "NEW" { "OLD" } else { "NEW" };
    let message = format!("`{name}` uses {row} on {event}, where there is none: the trigger `{}` writes nothing or the wrong row.", trigger.name);
    Some(
        subject
            .finding(RULE.id, Severity::Error, trigger.span, message)
            .about(subject.resolve(statement, &trigger.table).id())
            .help(format!("Use {other} on {event}.")),
    )
}

/// The event and the row that it does not have.
fn missing(trigger: &Trigger, function: &Function) -> Option<(&'static str, &'static str)> {
    [("DELETE", "NEW"), ("INSERT", "OLD")].into_iter().find(|(event, row)| {
        let event = event.to_ascii_lowercase();
        let fires = trigger.events.contains(&event);
        let uses = |text: &str| new_old_columns(text).iter().any(|it| it.row == *row);
        let only = trigger.events.len() == 1 && !words(&function.body).contains("tg_op");
        fires && ((only && uses(&function.body)) || branches(&function.body, &event).iter().any(|it| uses(it)))
    })
}

/// The branches of a body that run for one event alone.
fn branches(body: &str, event: &str) -> Vec<String> {
    let text = body.to_ascii_lowercase();
    let question: String = format!("tg_op = '{event}'");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(&question) {
        rest = rest.get(at + question.len()..).unwrap_or_default();
        // `or`: the branch is for another event as well.
        let then = rest.find("then").unwrap_or(rest.len());
        let alone = !rest.get(..then).unwrap_or_default().contains(" or ");
        let branch = rest.get(then..).unwrap_or_default();
        let end = ["elsif", "elseif", "else", "end if"].iter().filter_map(|word| branch.find(word)).min();
        let inside = branch.get(..end.unwrap_or(branch.len())).unwrap_or_default();
        // Within it another question may be asked; then nobody knows.
        if alone && !inside.contains("tg_op") {
            found.push(inside.to_owned());
        }
    }
    found
}
