//! `lodger fix`: rewrites migrations so that what `lint` found is gone.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use lodger_migration::fix::{Fixed, Wanted, fix};
use lodger_migration::migration::Migration;
use lodger_migration::{rules, squawk};
use schemars::JsonSchema;
use serde::Serialize;

use super::{lint, read_migrations};
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::difference::{self, Rewritten};
use crate::output::json::{DiagnosticJson, SCHEMA_VERSION, document};
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger fix                              what would be changed, as a patch
  lodger fix --write                      change the files
  lodger fix migrations/20251101030227_create.sql
  lodger fix --rule unwrapped-auth-uid --write
  lodger fix | patch -p1                  take over a part of it by hand

A migration that was applied somewhere has to stay as it is: its history knows the file by its checksum.
Write a new one for what is wrong there; `lodger repair` does so for foreign keys.

Exit code 1 means that something is to be changed, or, with --write, that an error is left.";

/// Rewrite migrations so that what `lint` found is gone
///
/// A table of users of one's own goes, and foreign keys point at auth.users; functions and triggers that
/// every second project has get the project's name before theirs; guards that hide a collision go;
/// policies say TO authenticated and ask for the user once. Every edit is exact: comments and layout
/// stay, and what cannot be exact is left, with the reason. The result is executed on the shadow database
/// before anything is written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FixArgs {
    /// A folder of migrations, or one file; by default the project's folder
    path: Option<PathBuf>,

    /// Print the changes as a patch and write nothing; this is what happens without --write
    #[arg(long, conflicts_with = "write")]
    diff: bool,

    /// Change the files
    #[arg(long)]
    write: bool,

    /// Fix findings of this rule only; may be given several times
    #[arg(long = "rule", value_name = "ID")]
    rules: Vec<String>,

    /// Do not execute the result on the shadow database
    #[arg(long = "static")]
    static_only: bool,
}

/// What was changed, or would be.
#[derive(Debug)]
pub(crate) struct FixReport {
    project: String,
    written: bool,
    rewritten: Vec<Rewritten>,
    fixed: Fixed,
}

/// The document that `lodger fix` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FixJson<'a> {
    schema_version: u32,
    project: &'a str,
    written: bool,
    files: Vec<FileJson<'a>>,
    fixes: Vec<FixedJson<'a>>,
    refused: Vec<RefusedJson<'a>>,
    /// What the rules still say.
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// A file that changes.
#[derive(Debug, Serialize, JsonSchema)]
struct FileJson<'a> {
    file: &'a str,
    diff: String,
}

/// One change, which may go through several files.
#[derive(Debug, Serialize, JsonSchema)]
struct FixedJson<'a> {
    rule: &'a str,
    title: &'a str,
    files: &'a [String],
}

/// A change that would not be exact.
#[derive(Debug, Serialize, JsonSchema)]
struct RefusedJson<'a> {
    rule: &'a str,
    reason: &'a str,
}

/// Fixes, tries the result, and writes it where that is asked for.
pub(crate) fn run(args: &FixArgs, context: &Context) -> Result<FixReport, CommandError> {
    let wanted = wanted(&args.rules)?;
    let path = args.path.as_ref().unwrap_or(&context.config.migrations);
    let migrations = read_migrations(path)?.migrations;
    let settings = lint::settings(context);
    let fixed = fix(&settings, &migrations, &wanted);
    let rewritten = difference::rewritten(&migrations, &fixed.migrations);
    if !args.static_only && !rewritten.is_empty() {
        try_out(&migrations, &fixed.migrations, context)?;
    }
    if args.write {
        difference::write(&rewritten, &migrations)?;
    }
    Ok(FixReport {
        project: settings.project,
        written: args.write,
        rewritten,
        fixed,
    })
}

fn wanted(ids: &[String]) -> Result<Wanted, CommandError> {
    if ids.is_empty() {
        return Ok(Wanted::All);
    }
    let known = |id: &String| rules::rule(id).is_some() || squawk::kept().contains(id);
    if let Some(unknown) = ids.iter().find(|it| !known(it)) {
        return Err(CommandError::usage(format!("there is no rule `{unknown}`"))
            .hinted("`lodger rule` lists them all"));
    }
    Ok(Wanted::Rules(ids.iter().cloned().collect::<BTreeSet<_>>()))
}

/// No statement may fail on the shadow database that did not fail before.
fn try_out(
    before: &[Migration],
    after: &[Migration],
    context: &Context,
) -> Result<(), CommandError> {
    let failures = |migrations: &[Migration]| -> Result<Vec<String>, CommandError> {
        let runs = lint::declare(migrations, context)?.unwrap_or_default();
        let pairs = migrations.iter().zip(&runs);
        let failed = pairs.flat_map(|(migration, run)| {
            let failed = migration.statements.iter().zip(&run.statements);
            failed.filter_map(|(statement, run)| {
                let failure = run.failure.as_ref()?;
                let place = format!("{}:{}", migration.file, statement.line);
                Some(format!("{place}: {}", failure.message))
            })
        });
        Ok(failed.collect())
    };
    let now = failures(after)?;
    if now.is_empty() {
        return Ok(());
    }
    let known = failures(before)?.len();
    match now.first() {
        Some(first) if now.len() > known => Err(CommandError::failed(format!(
            "the fixed files do not run on the shadow database, so nothing was written: {first}"
        ))
        .hinted("fix fewer rules at a time with --rule ID, or look at the patch with --static")),
        _ => Ok(()),
    }
}

impl Report for FixReport {
    fn human(&self, context: &Context) -> String {
        let mut text = String::new();
        if !self.written {
            for file in &self.rewritten {
                text.push_str(&file.patch(context.color));
            }
        }
        if context.quiet {
            return text;
        }
        // With a patch on standard output everything else goes beside it, as a comment of the patch.
        let mark = if self.written { "" } else { "# " };
        for (title, rule, times, files) in self.grouped() {
            let times = match times {
                1 => String::new(),
                many => format!(", {many} times"),
            };
            let files: Vec<&str> = files.into_iter().collect();
            text.push_str(&format!(
                "{mark}{title} ({rule}){times}: {}\n",
                files.join(", ")
            ));
        }
        for it in &self.fixed.refused {
            text.push_str(&format!("{mark}left ({}): {}\n", it.rule, it.reason));
        }
        text.push_str(&format!("{mark}{}\n", self.closing_line()));
        text
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        let fixed = &self.fixed;
        let file = |it| FileJson {
            file: Rewritten::file(it),
            diff: it.patch(false),
        };
        document(&FixJson {
            schema_version: SCHEMA_VERSION,
            project: &self.project,
            written: self.written,
            files: self.rewritten.iter().map(file).collect(),
            fixes: fixed
                .applied
                .iter()
                .map(|it| FixedJson {
                    rule: &it.rule,
                    title: &it.title,
                    files: &it.files,
                })
                .collect(),
            refused: fixed
                .refused
                .iter()
                .map(|it| RefusedJson {
                    rule: &it.rule,
                    reason: &it.reason,
                })
                .collect(),
            diagnostics: DiagnosticJson::list(&fixed.left),
        })
    }

    fn exit(&self) -> ExitStatus {
        if self.written {
            ExitStatus::of_findings(&self.fixed.left)
        } else {
            ExitStatus::of_checks(self.rewritten.is_empty())
        }
    }
}

/// Title and rule of changes that are alike, how often they were made, and in which files.
type Grouped<'a> = (&'a str, &'a str, usize, BTreeSet<&'a str>);

impl FixReport {
    /// The changes, those that are alike in one line, in the order in which they first come.
    fn grouped(&self) -> Vec<Grouped<'_>> {
        let mut groups: Vec<Grouped<'_>> = Vec::new();
        for it in &self.fixed.applied {
            let alike = |group: &&mut Grouped<'_>| group.0 == it.title && group.1 == it.rule;
            let files = it.files.iter().map(String::as_str);
            match groups.iter_mut().find(alike) {
                Some(group) => {
                    group.2 += 1;
                    group.3.extend(files);
                }
                None => groups.push((&it.title, &it.rule, 1, files.collect())),
            }
        }
        groups
    }

    /// `12 fixes in 1 file; 2 warnings left`.
    fn closing_line(&self) -> String {
        let left = match human::tally(&self.fixed.left) {
            none if none.is_empty() => "nothing left to report".to_owned(),
            some => format!("{some} left, which `lodger lint` shows"),
        };
        if self.rewritten.is_empty() {
            return format!("nothing to fix; {left}");
        }
        let fixes = human::count_of(self.fixed.applied.len(), "fix", "fixes");
        let files = human::count(self.rewritten.len(), "file");
        let hint = if self.written {
            ""
        } else {
            "; --write makes them"
        };
        format!("{fixes} in {files}{hint}; {left}")
    }
}
