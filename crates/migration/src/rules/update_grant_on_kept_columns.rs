//! Rule: users may overwrite what triggers keep.

use crate::clause::{Clause, Privileges};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Said, TableName};
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// UPDATE is granted on a whole table, and a trigger of the project keeps some of its columns.
    ///
    /// ## Why it hurts
    ///
    /// Counters, sums and states that a trigger writes are only right while nobody else writes them. A policy
    /// decides about rows, not about columns: the owner of a row sets its counter to whatever he likes.
    ///
    /// ## What to do instead
    ///
    /// Grant UPDATE on the columns that users may change.
    ///
    /// ```sql,bad
    /// create table folders (id uuid primary key, title text, files bigint not null default 0);
    /// create table files (id uuid primary key, folder_id uuid not null references folders (id) on delete cascade);
    /// alter table folders enable row level security;
    /// alter table files enable row level security;
    /// create index files_folder on files (folder_id);
    /// create function count_files() returns trigger language plpgsql set search_path = '' as $$
    /// begin
    ///   update public.folders set files = files + 1 where id = new.folder_id;
    ///   return new;
    /// end $$;
    /// create trigger count_files after insert on files for each row execute function count_files();
    /// grant select, update on folders to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table folders (id uuid primary key, title text, files bigint not null default 0);
    /// alter table folders enable row level security;
    /// grant select, update (title) on folders to authenticated;
    /// ```
    ///
    /// A grant that a later migration takes back is not reported:
    ///
    /// ```sql,good
    /// create table folders (id uuid primary key, title text, files bigint not null default 0);
    /// create table files (id uuid primary key, folder_id uuid not null references folders (id) on delete cascade);
    /// alter table folders enable row level security;
    /// alter table files enable row level security;
    /// create index files_folder on files (folder_id);
    /// create function count_files() returns trigger language plpgsql set search_path = '' as $$
    /// begin
    ///   update public.folders set files = files + 1 where id = new.folder_id;
    ///   return new;
    /// end $$;
    /// create trigger count_files after insert on files for each row execute function count_files();
    /// grant select, update on folders to authenticated;
    /// revoke update on folders from authenticated;
    /// grant update (title) on folders to authenticated;
    /// ```
    "update-grant-on-kept-columns", Warning, Files
}

/// The roles that users come as.
const USERS: [&str; 3] = ["anon", "authenticated", "public"];

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let Clause::Privileges(it) = clause else { continue };
        let to_users = it.roles.iter().any(|role| USERS.contains(&role.as_str()));
        if !it.grants || !updates(it) || !to_users || it.of_columns {
            continue;
        }
        for relation in &it.relations {
            let table = subject.resolve(statement, relation);
            if is_taken_back(subject, statement, it, &table) {
                continue;
            }
            let Some(keeper) = subject.project.keeper(&table.name) else { continue };
            let column = &keeper.column;
            let function = subject.project.resolve(keeper.at, &keeper.function.name);
            let message = format!("Users may overwrite `{table}.{column}`, which the trigger function `{function}` keeps.");
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, it.span, message)
                    .about(table.id())
                    .help("Grant UPDATE on the columns that users may change: grant update (…) on …"),
            );
        }
    }
    found
}

fn updates(privileges: &Privileges) -> bool {
    let words = &privileges.privileges;
    words.is_empty() || words.iter().any(|word| word == "update" || word == "all")
}

/// Does a later statement take UPDATE of the table away from everybody who was granted it?
fn is_taken_back(subject: &Subject<'_>, grant: &Statement, granted: &Privileges, table: &TableName) -> bool {
    let here = subject.position(grant);
    subject.project.said_about(&table.name).any(|Said { at, clause }| match clause {
        Clause::Privileges(it) => {
            let mut relations = it.relations.iter().filter(|name| name.name == table.name);
            let mut of_table = || relations.any(|name| subject.project.resolve(*at, name) == *table);
            *at > here && !it.grants && !it.of_columns && updates(it) && of_table() && is_from_all(it, granted)
        }
        _ => false,
    })
}

fn is_from_all(revoked: &Privileges, granted: &Privileges) -> bool {
    let mut users = granted.roles.iter().filter(|role| USERS.contains(&role.as_str()));
    users.all(|role| revoked.roles.contains(role))
}
