//! `lodger new`: an empty migration with the next version.

use clap::Args;

use crate::context::Context;
use crate::error::CommandError;
use crate::output::created::Created;
use crate::output::migration_files;

const EXAMPLES: &str = "\
Examples:
  lodger new create_sessions          migrations/20260131120000_create_sessions.sql
  lodger new \"Add drafts table\"       migrations/20260131120000_add_drafts_table.sql";

/// Make an empty migration whose version is the time in UTC
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewArgs {
    /// What the migration does, in a few words
    pub(crate) name: String,
}

/// Makes the file.
pub(crate) fn run(args: &NewArgs, context: &Context) -> Result<Created, CommandError> {
    let name = file_name(&args.name);
    if name.is_empty() {
        let message = format!(
            "`{}` has no letter or digit to name a migration with",
            args.name
        );
        return Err(CommandError::usage(message));
    }
    let one = [(name, String::new())];
    let made = migration_files::write(&context.config.migrations, &one)?;
    let next = made
        .later
        .map(|newest| format!("version {newest} sorts after it, so that one runs last"));
    Ok(Created {
        paths: made.paths,
        next: next.into_iter().collect(),
    })
}

/// Lower-case words joined by `_`.
fn file_name(name: &str) -> String {
    name.split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_lower_case_words() {
        assert_eq!(file_name("Add drafts-table (2)"), "add_drafts_table_2");
        assert_eq!(file_name("--"), "");
    }
}
