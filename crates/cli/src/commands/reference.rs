//! `lodger reference`: the pages under `docs/` that are made from the program itself. Hidden.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use lodger_migration::diagnostic::Severity;

use crate::args::Cli;
use crate::error::CommandError;
use crate::output::created::Created;
use crate::rules::{self, Origin, Page};

/// Write the generated pages of the documentation into a folder
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    /// The folder, which must exist
    pub(crate) folder: PathBuf,
}

/// Writes the pages.
pub(crate) fn run(args: &ReferenceArgs) -> Result<Created, CommandError> {
    let rules = rules::pages();
    let own = rules.iter().filter(|page| page.origin == Origin::Lodger);
    let mut pages = vec![
        ("commands.md".to_owned(), commands_page()),
        ("rules.md".to_owned(), rules_page(&rules)),
        ("squawk.md".to_owned(), squawk_page(&rules)),
    ];
    pages.extend(own.map(|page| (format!("rules/{}.md", page.id), rule_page(page))));
    #[cfg(feature = "embedded")]
    pages.extend(schema_pages()?);
    let mut paths = Vec::new();
    for (name, text) in pages {
        let path = args.folder.join(name);
        write(&path, &text)?;
        paths.push(path);
    }
    Ok(Created {
        paths,
        next: Vec::new(),
    })
}

/// The JSON Schemas, for editors and for programs that read what Lodger prints.
#[cfg(feature = "embedded")]
fn schema_pages() -> Result<Vec<(String, String)>, CommandError> {
    let schemas = crate::output::json::schemas::all().into_iter();
    let pages = schemas.map(|(name, schema)| {
        let text = serde_json::to_string_pretty(&schema)?;
        Ok((format!("schemas/{name}.json"), text + "\n"))
    });
    let pages: Result<_, serde_json::Error> = pages.collect();
    pages.map_err(|error| CommandError::failed("a schema cannot be written").because(error))
}

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| {
            CommandError::failed(format!("{} cannot be written", path.display())).because(error)
        })
}

fn rule_page(page: &Page) -> String {
    let severity = page.severity.map_or("left out", Severity::as_str);
    format!("# {}\n\nSeverity: {severity}\n\n{}\n", page.id, page.text)
}

/// The list of all rules; Lodger's own have a page each.
fn rules_page(pages: &[Page]) -> String {
    let mut text = "# Rules\n\nWritten by `cargo xtask codegen` from the rules themselves; \
        `lodger rule ID` prints the same pages. Which of squawk's rules are left out, and why: \
        [squawk.md](squawk.md).\n"
        .to_owned();
    let tables = [
        (Origin::Lodger, "## Lodger's own"),
        (
            Origin::Squawk,
            "## Lock and rewrite rules of squawk that are run",
        ),
    ];
    for (origin, title) in tables {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{title}\n\n| rule | severity | summary |\n| --- | --- | --- |\n"
        );
        for page in pages.iter().filter(|page| page.origin == origin) {
            let id = match origin {
                Origin::Lodger => format!("[{0}](rules/{0}.md)", page.id),
                Origin::Squawk => format!("[{0}](https://squawkhq.com/docs/{0})", page.id),
                Origin::LeftOut => page.id.clone(),
            };
            let severity = page.severity.map_or("", Severity::as_str);
            let summary = page.summary.replace('|', "\\|");
            let _ = writeln!(text, "| {id} | {severity} | {summary} |");
        }
    }
    text
}

/// What squawk's rules are run, and which are not and why.
fn squawk_page(pages: &[Page]) -> String {
    let mut text = "# Squawk's rules\n\nWritten by `cargo xtask codegen`.\n\n\
        Rules about locks and rewrites are those of [squawk](https://squawkhq.com), run by its own crate and shown \
        under their own names. Two things are different here. Its rules hold a table that the file creates for new \
        and empty; a table that IF NOT EXISTS may skip is neither, so the file is read once more without that \
        statement. And where a database is planned for, a table with few rows is not reported at all.\n\n\
        ## Left out, and why\n\n| rule | why |\n| --- | --- |\n"
        .to_owned();
    for page in pages.iter().filter(|page| page.origin == Origin::LeftOut) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} |",
            page.id,
            page.summary.replace('|', "\\|")
        );
    }
    text.push_str("\n## Run\n\n");
    for page in pages.iter().filter(|page| page.origin == Origin::Squawk) {
        let _ = writeln!(text, "- [{0}](https://squawkhq.com/docs/{0})", page.id);
    }
    text
}

/// The help of every command, as one page.
fn commands_page() -> String {
    let mut page =
        "# Commands\n\nWritten by `cargo xtask codegen` from the program's own help.\n".to_owned();
    let mut root = Cli::command().term_width(100);
    root.build();
    add_help(&mut page, "lodger", &mut root);
    let names: Vec<String> = root
        .get_subcommands()
        .filter(|it| !it.is_hide_set() && it.get_name() != "help")
        .map(|it| it.get_name().to_owned())
        .collect();
    for name in names {
        if let Some(command) = root.find_subcommand_mut(&name) {
            // The global options stand once, under `lodger` itself.
            let mut own = command.clone().mut_args(|it| {
                let hidden = it.is_global_set();
                it.hide(hidden)
            });
            add_help(&mut page, &format!("lodger {name}"), &mut own);
        }
    }
    page
}

fn add_help(page: &mut String, title: &str, command: &mut Command) {
    let help = command.render_long_help().to_string();
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## `{title}`\n\n```text\n");
    for line in help.trim_end().lines() {
        let _ = writeln!(page, "{}", line.trim_end());
    }
    page.push_str("```\n");
}
