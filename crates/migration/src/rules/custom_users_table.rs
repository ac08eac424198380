//! Rule: a table of users of the project's own.

use crate::clause::{Clause, CreateTable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_users_like;
use crate::project::TableName;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A migration makes its own table of users beside the one that signs people in.
    ///
    /// ## Why it hurts
    ///
    /// People are in `auth.users`. A second table of users has to be kept in step with it, and on a
    /// shared database the name `users` is the first that another project has taken: then
    /// `CREATE TABLE IF NOT EXISTS` does nothing, foreign keys point at strangers' rows, and people
    /// who can sign in cannot own a row.
    ///
    /// ## What to do instead
    ///
    /// Leave the table out and reference `auth.users (id)` with ON DELETE CASCADE. Whether a user is
    /// anonymous is a column of `auth.users` already. Data about people that the platform does not
    /// keep belongs in a table of its own whose key is that reference, named after the project.
    ///
    /// ```sql,bad
    /// create table users (
    ///   id uuid primary key default gen_random_uuid(),
    ///   email text unique,
    ///   is_anonymous boolean not null default false
    /// );
    /// ```
    ///
    /// ```sql,good
    /// create table notes_profiles (
    ///   id uuid primary key references auth.users (id) on delete cascade,
    ///   display_name text
    /// );
    /// alter table notes_profiles enable row level security;
    /// create policy notes_profiles_own on notes_profiles to authenticated
    ///   using (id = (select auth.uid()));
    /// grant select on notes_profiles to authenticated;
    /// ```
    "custom-users-table", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::CreateTable(table) = clause {
            found.extend(judge(subject, statement, table));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, table: &CreateTable) -> Option<Diagnostic> {
    let name = subject.resolve(statement, &table.name);
    let identity = subject.identity();
    if table.temporary || name == identity || name.is_landlords() {
        return None;
    }
    let named_so = is_users_like(&name.name);
    let hangs_on_identity = hangs_on(subject, statement, &name, &identity);
    let mirror = has(table, "email") && has(table, "id") && is_account_like(&name.name, table);
    let (severity, message) = match (named_so, hangs_on_identity) {
        (true, false) => (
            Severity::Error,
            format!("`{name}` is a table of users beside `{identity}`."),
        ),
        (false, false) if mirror => (
            Severity::Error,
            format!("`{name}` keeps accounts that `{identity}` keeps already."),
        ),
        (true, true) if name.schema == "public" => (
            Severity::Warning,
            format!("`{name}` is a name that every second project takes, on a database that is shared."),
        ),
        _ => return None,
    };
    let help = format!(
        "Leave the table out and write REFERENCES {identity} ({}) ON DELETE CASCADE where rows belong to a user.",
        subject.settings.identity_table.column
    );
    let finding = subject.finding(RULE.id, severity, table.span, message);
    Some(finding.about(name.id()).help(help))
}

/// Its key refers to the identity table: then it holds more about users, not the users.
fn hangs_on(
    subject: &Subject<'_>,
    statement: &Statement,
    name: &TableName,
    identity: &TableName,
) -> bool {
    let in_file = statement.clauses.iter().any(|clause| match clause {
        Clause::ForeignKey(key) => {
            subject.resolve(statement, &key.table) == *name
                && subject.resolve(statement, &key.target) == *identity
        }
        _ => false,
    });
    let later = subject.project.table(name).is_some_and(|facts| {
        let mut keys = facts.foreign_keys.iter();
        keys.any(|(at, key)| subject.project.resolve(*at, &key.target) == *identity)
    });
    in_file || later
}

fn has(table: &CreateTable, column: &str) -> bool {
    table.columns.iter().any(|it| it.name == column)
}

/// Whatever its name, it has what only a table of accounts has.
fn is_account_like(name: &str, table: &CreateTable) -> bool {
    let secrets = ["password", "password_hash", "encrypted_password", "is_anonymous"];
    let account_name = ["account", "accounts", "user_account", "login", "logins"].contains(&name);
    account_name || secrets.iter().any(|it| has(table, it))
}
