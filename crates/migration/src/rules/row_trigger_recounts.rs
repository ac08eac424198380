//! Rule: counting everything again for every row.

use crate::clause::{Clause, Trigger};
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::words;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A trigger for each row counts or sums up a table and writes the result somewhere.
    ///
    /// ## Why it hurts
    ///
    /// An insert of 2,000 rows counts 2,000 times. And two transactions at once each count without the other's
    /// rows: whichever commits last stores a number that is too small, and nothing ever corrects it.
    ///
    /// ## What to do instead
    ///
    /// Add the difference: `set files = files + 1`, or once per statement from a transition table
    /// (`referencing new table as added for each statement`). Or count when somebody asks.
    ///
    /// ```sql,bad
    /// create table folders (id uuid primary key, files bigint not null default 0);
    /// create table files (id uuid primary key, folder_id uuid not null references folders (id) on delete cascade);
    /// alter table folders enable row level security;
    /// alter table files enable row level security;
    /// create index files_folder on files (folder_id);
    /// create function count_files() returns trigger language plpgsql set search_path = '' as $$
    /// begin
    ///   update public.folders set files = (select count(*) from public.files where folder_id = new.folder_id)
    ///   where id = new.folder_id;
    ///   return new;
    /// end $$;
    /// create trigger count_files after insert on files for each row execute function count_files();
    /// ```
    ///
    /// ```sql,good
    /// create table folders (id uuid primary key, files bigint not null default 0);
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
    /// ```
    "row-trigger-recounts", Warning, Files
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
    let body = &subject.project.function(&name)?.body;
    let table = subject.resolve(statement, &trigger.table);
    let said = words(body);
    let counts = ["count", "sum"].iter().any(|it| said.contains(*it));
    let writes = said.contains("update") && said.contains("set");
    if !trigger.for_each_row || !counts || !writes || !said.contains(&table.name) {
        return None;
    }
    let message = format!(
        "`{name}` counts `{table}` again for every row, and two transactions at once lose each other's rows."
    );
    Some(
        subject
            .finding(RULE.id, Severity::Warning, trigger.span, message)
            .about(table.id())
            .help("Add the difference (set n = n + 1), or use a transition table FOR EACH STATEMENT."),
    )
}
