//! Rule: a trigger on the identity table that can stop people from signing up.

use crate::clause::{Clause, Trigger};
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::words;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A trigger on `auth.users` runs a function that lets its errors through.
    ///
    /// ## Why it hurts
    ///
    /// The trigger runs inside the transaction that signs somebody up. If it fails (a missing table, a
    /// value that a check refuses, a name that is taken), nobody can sign up, in any project on the
    /// database: "Database error saving new user".
    ///
    /// ## What to do instead
    ///
    /// Catch what can go wrong inside the function (`exception when others then raise warning …`), and
    /// make the missing row later, when it is first needed.
    ///
    /// ```sql,bad
    /// create table notes_profiles (id uuid primary key references auth.users (id) on delete cascade);
    /// alter table notes_profiles enable row level security;
    /// create function notes_welcome() returns trigger language plpgsql
    ///   security definer set search_path from current as $$
    /// begin insert into notes_profiles (id) values (new.id); return new; end $$;
    /// create trigger notes_welcome after insert on auth.users
    ///   for each row execute function notes_welcome();
    /// ```
    ///
    /// ```sql,good
    /// create table notes_profiles (id uuid primary key references auth.users (id) on delete cascade);
    /// alter table notes_profiles enable row level security;
    /// create function notes_welcome() returns trigger language plpgsql
    ///   security definer set search_path from current as $$
    /// begin
    ///   insert into notes_profiles (id) values (new.id);
    ///   return new;
    /// exception when others then
    ///   raise warning 'no profile for %: %', new.id, sqlerrm;
    ///   return new;
    /// end $$;
    /// create trigger notes_welcome after insert on auth.users
    ///   for each row execute function notes_welcome();
    /// ```
    "signup-trigger-can-fail", Warning, Files
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
    let identity = subject.identity();
    let function = subject.resolve(statement, &trigger.function);
    let body = &subject.project.function(&function)?.body;
    let words = words(body);
    let catches = words.contains("exception") && words.contains("others");
    if subject.resolve(statement, &trigger.table) != identity || catches {
        return None;
    }
    let message = format!("If `{function}` fails, nobody can sign up: the trigger `{}` lets its errors through.", trigger.name);
    Some(
        subject
            .finding(RULE.id, Severity::Warning, trigger.span, message)
            .about(identity.id())
            .help("Add EXCEPTION WHEN OTHERS THEN RAISE WARNING … to the function's body."),
    )
}
