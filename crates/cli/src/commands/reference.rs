//! `lodger reference`: the pages under `docs/` that are made from the program itself. Hidden.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use lodger_migration::rules::{RULES, Rule};

use super::rule;
use crate::args::Cli;
use crate::error::CommandError;
use crate::output::created::Created;

/// Write the generated pages of the documentation into a folder
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    /// The folder, which must exist
    pub(crate) folder: PathBuf,
}

/// Writes the pages.
pub(crate) fn run(args: &ReferenceArgs) -> Result<Created, CommandError> {
    let mut pages = vec![("commands.md".to_owned(), commands_page())];
    pages.push(("rules.md".to_owned(), rules_page()));
    pages.extend(
        RULES
            .iter()
            .map(|rule| (format!("rules/{}.md", rule.id), rule_page(rule))),
    );
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

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| {
            CommandError::failed(format!("{} cannot be written", path.display())).because(error)
        })
}

fn rule_page(rule: &Rule) -> String {
    let severity = rule.severity.as_str();
    format!(
        "# {}\n\nSeverity: {severity}\n\n{}\n",
        rule.id,
        rule.page.trim()
    )
}

/// The list of all rules, with links.
fn rules_page() -> String {
    let mut page = "# Rules\n\nWritten by `cargo xtask codegen` from the rules themselves; \
        `lodger rule ID` prints the same pages.\n\n| rule | severity | summary |\n| --- | --- | --- |\n"
        .to_owned();
    for rule in RULES {
        let (id, severity, summary) = (rule.id, rule.severity.as_str(), rule::summary(rule));
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| [{id}](rules/{id}.md) | {severity} | {} |",
            summary.replace('|', "\\|")
        );
    }
    page
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
