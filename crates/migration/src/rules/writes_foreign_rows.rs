//! Rule: rows of somebody else's table are written.

use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_users_like;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::Action;
use crate::owner::Owner;
use crate::project::TableName;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// A migration inserts, changes or deletes rows of a table that is not this project's.
    ///
    /// ## Why it hurts
    ///
    /// Test rows in a shared table of users show up in another project's application; a DELETE with a
    /// pattern that fits more than the test rows removes real people, and through CASCADE whatever
    /// they own. Rows are not part of the catalog: nothing notices afterwards.
    ///
    /// ## What to do instead
    ///
    /// Leave checks out of migrations: `lodger rehearse` runs them as real users in a transaction that
    /// is rolled back. A storage bucket may be inserted, under an id of one's own.
    ///
    /// ```sql,bad
    /// delete from users where email like '%@test.example';
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id bigint primary key, title text);
    /// alter table notes enable row level security;
    /// insert into notes (id, title) values (1, 'Welcome');
    /// ```
    ///
    /// A job of `pg_cron` is a row that all projects see, too:
    ///
    /// ```sql,bad
    /// select cron.unschedule('nightly-clean-up');
    /// ```
    ///
    /// ```sql,good
    /// create extension if not exists pg_cron;
    /// select cron.schedule('notes-clean-up', '0 3 * * *', 'select 1');
    /// select cron.unschedule('notes-clean-up');
    /// ```
    "writes-foreign-rows", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in subject.statements() {
        // What a function writes when it is called later is not this migration's doing.
        let defines = matches!(
            statement.kind,
            StatementKind::CreateFunction | StatementKind::CreateProcedure | StatementKind::CreateRule
        );
        found.extend(unnamed(subject, statement));
        let calls = statement.mentions_as(MentionRole::Executes).filter(|_| !defines);
        found.extend(calls.filter_map(|it| changed_job(subject, statement, it)));
        for mention in statement.mentions_as(MentionRole::Writes).filter(|_| !defines) {
            if mention.kind == Some(ObjectKind::Table) {
                found.extend(judge(subject, statement, mention));
            }
        }
    }
    found
}

/// Tables of others that a block writes without naming them where it does: the plan saw it.
fn unnamed(subject: &Subject<'_>, statement: &Statement) -> Vec<Diagnostic> {
    let written = subject.outcomes(Action::WritesRows).filter(|(of, _)| of.index == statement.index);
    let said = |id: &ObjectId| {
        statement.mentions_as(MentionRole::Writes).any(|it| it.name.name == id.name)
    };
    // What the platform's own functions write is what they are for.
    let foreign = written.filter_map(|(_, it)| it.object.clone()).filter(|id| {
        let owner = subject.owner(id);
        owner != Owner::Ours && owner != Owner::Landlord && !said(id)
    });
    foreign
        .map(|id| {
            let message = format!("This writes rows of {id}, which is {}.", subject.owner(&id).describe());
            let span = place_of(statement, None);
            subject
                .finding(RULE.id, Severity::Error, span, message)
                .about(id)
                .help("Leave it out. What is to be tried belongs into `lodger rehearse`.")
        })
        .collect()
}

/// A job of `pg_cron` that is stopped or changed and that no migration of the project has scheduled.
fn changed_job(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    if !is_cron(mention, &["unschedule", "alter_job"]) {
        return None;
    }
    let job = text_argument(statement, mention);
    if job.is_some_and(|job| schedules(subject, job)) {
        return None;
    }
    let (severity, message) = match job {
        Some(job) => (
            Severity::Error,
            format!("This changes the job `{job}`, which no migration of this project schedules."),
        ),
        None => (
            Severity::Warning,
            "This changes a job by its number, which does not say whose it is.".to_owned(),
        ),
    };
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .help("Name a job that this project's migrations have scheduled."),
    )
}

fn is_cron(mention: &Mention, functions: &[&str]) -> bool {
    mention.name.schema.as_deref() == Some("cron") && functions.contains(&mention.name.name.as_str())
}

/// The first argument of a call, when it is a plain string.
fn text_argument<'a>(statement: &'a Statement, call: &Mention) -> Option<&'a str> {
    let rest = statement.text.get(call.span.end - statement.span.start..)?;
    let rest = rest.trim_start().strip_prefix('(')?.trim_start().strip_prefix('\'')?;
    rest.split_once('\'').map(|(text, _)| text)
}

fn schedules(subject: &Subject<'_>, job: &str) -> bool {
    let all = subject.migrations.iter().flat_map(|it| &it.statements);
    let mut calls = all.flat_map(|it| it.mentions_as(MentionRole::Executes).map(move |mention| (it, mention)));
    calls.any(|(statement, mention)| {
        is_cron(mention, &["schedule", "schedule_in_database"]) && text_argument(statement, mention) == Some(job)
    })
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &mention.name);
    let owner = owner(subject, &table)?;
    if is_bucket(statement, &table) {
        return None;
    }
    let certain = subject.planned.is_some() || table.is_landlords() || is_users_like(&table.name);
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let message = format!("This writes rows of `{table}`, which is {owner}.");
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(table.id())
            .help("Leave it out. What is to be tried belongs into `lodger rehearse`."),
    )
}

/// Whose the table is, in words; `None` when it is this project's.
fn owner(subject: &Subject<'_>, table: &TableName) -> Option<String> {
    if subject.planned.is_none() {
        let own = subject.project.makes_relation(table);
        return (!own).then(|| "a table that no migration of this project makes".to_owned());
    }
    let owner = subject.owner(&table.id());
    (owner != Owner::Ours).then(|| owner.describe())
}

/// Inserting a bucket is what the table is for; overwriting one is another rule's.
fn is_bucket(statement: &Statement, table: &TableName) -> bool {
    let inserts = statement.kind == StatementKind::Insert;
    table.schema == "storage" && table.name == "buckets" && inserts
}
