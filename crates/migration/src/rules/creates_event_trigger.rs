//! Rule: an event trigger.

use crate::diagnostic::{Diagnostic, Severity};
use crate::object::{ObjectId, ObjectKind};
use crate::statement::{MentionRole, StatementKind};
use crate::subject::Subject;

rule! {
    /// An event trigger runs this project's function in every project's migrations.
    ///
    /// ## Why it hurts
    ///
    /// Event triggers belong to the database: this one fires for each CREATE, ALTER or DROP that
    /// anybody runs. If its function fails, nobody can change a table; if it switches row-level
    /// security on, as a well-known recipe does, it does so for other projects' tables too.
    ///
    /// ## What to do instead
    ///
    /// Write what it is to do into this project's own migrations.
    ///
    /// ```sql,bad
    /// create function notes_protect() returns event_trigger language plpgsql as
    ///   $$ begin raise notice 'a table was made'; end $$;
    /// create event trigger notes_protect on ddl_command_end execute function notes_protect();
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// ```
    "creates-event-trigger", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let created = subject
        .statements()
        .filter(|it| matches!(it.kind, StatementKind::CreateEventTrigger | StatementKind::Do))
        .flat_map(|it| it.mentions_as(MentionRole::Creates))
        .filter(|it| it.kind == Some(ObjectKind::EventTrigger));
    created
        .map(|mention| {
            let name = &mention.name.name;
            let message = format!("The event trigger `{name}` fires for the DDL of every project on this database.");
            subject
                .finding(RULE.id, Severity::Error, mention.span, message)
                .about(ObjectId::global(ObjectKind::EventTrigger, name))
                .help("Leave it out, and write what it does into this project's migrations.")
        })
        .collect()
}
