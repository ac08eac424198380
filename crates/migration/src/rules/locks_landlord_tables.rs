//! Rule: locks that everybody's sign-ins wait for.

use crate::diagnostic::{Diagnostic, Severity};
use crate::owner::is_landlord_schema;
use crate::run::Lock;
use crate::statement::{Statement, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// A statement locks a platform's table against writes until its transaction ends.
    ///
    /// ## Why it hurts
    ///
    /// Every sign-in writes `auth.users`. CREATE TABLE … REFERENCES and CREATE TRIGGER stop writes
    /// (SHARE ROW EXCLUSIVE), dropping a table with a foreign key stops reads too (ACCESS EXCLUSIVE).
    /// On hosted Supabase, policy DDL and DROP TRIGGER take ACCESS EXCLUSIVE on `auth.users` and about
    /// two dozen more tables, whatever table they are about.
    ///
    /// ## What to do instead
    ///
    /// Nothing where the rest of the migration is quick: Lodger waits at most a second for the lock,
    /// tries again, and keeps slow work (VALIDATE, CONCURRENTLY) out of that transaction. Do not add
    /// backfills to such a migration.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// ```
    "locks-landlord-tables", Info, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(plan) = subject.planned else {
        return Vec::new();
    };
    let runs = subject.statements().zip(&plan.run.statements);
    runs.filter_map(|(statement, run)| {
        let strong: Vec<String> = run.locks.iter().filter(|it| is_strong(it)).map(describe).collect();
        let whole_list = plan.present.server.supautils && goes_through_supautils(statement);
        let what = match (strong.is_empty(), whole_list) {
            (_, true) => "auth.users and the other tables of the platform (ACCESS EXCLUSIVE)".to_owned(),
            (false, false) => strong.join(", "),
            (true, false) => return None,
        };
        let message = format!("Until its transaction ends this holds {what}: sign-ins wait for it.");
        Some(subject.finding(RULE.id, Severity::Info, place_of(statement, None), message))
    })
    .collect()
}

/// It keeps others from writing, and is on one of the platform's tables.
fn is_strong(lock: &Lock) -> bool {
    let modes = ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"];
    let schema = lock.relation.split('.').next().unwrap_or_default();
    modes.contains(&lock.mode.as_str()) && is_landlord_schema(schema) && schema != "pg_catalog"
}

fn describe(lock: &Lock) -> String {
    format!("{} ({})", lock.relation, lock.mode)
}

fn goes_through_supautils(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::CreatePolicy
            | StatementKind::AlterPolicy
            | StatementKind::DropPolicy
            | StatementKind::DropTrigger
    )
}
