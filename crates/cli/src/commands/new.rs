//! `lodger new`: an empty migration with the next version.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::context::Context;
use crate::error::CommandError;
use crate::output::created::Created;

const VERSION: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day][hour][minute][second]");

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
    let (path, later) = write(&context.config.migrations, &name, "")?;
    let next =
        later.map(|newest| format!("version {newest} sorts after it, so that one runs last"));
    Ok(Created {
        paths: vec![path],
        next: next.into_iter().collect(),
    })
}

/// Makes a migration with the next version. Tells its path, and the newest version if that sorts after it.
pub(super) fn write(
    folder: &Path,
    name: &str,
    text: &str,
) -> Result<(PathBuf, Option<String>), CommandError> {
    let taken = versions(folder)?;
    let version = next_version(OffsetDateTime::now_utc(), &taken)?;
    let path = folder.join(format!("{version}_{name}.sql"));
    fs::write(&path, text).map_err(|error| {
        CommandError::failed(format!("{} cannot be written", path.display())).because(error)
    })?;
    let newest = taken.into_iter().max();
    Ok((path, newest.filter(|newest| *newest > version)))
}

/// Lower-case words joined by `_`.
fn file_name(name: &str) -> String {
    name.split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join("_")
}

/// The versions that are taken in `folder`.
fn versions(folder: &Path) -> Result<Vec<String>, CommandError> {
    let unreadable = |error: std::io::Error| {
        let failed = CommandError::usage(format!("folder {} cannot be read", folder.display()));
        let missing = error.kind() == ErrorKind::NotFound;
        let failed = failed.because(error);
        if missing {
            failed.hinted("`lodger init` makes it")
        } else {
            failed
        }
    };
    let mut versions = Vec::new();
    for file in fs::read_dir(folder).map_err(unreadable)? {
        let name = file.map_err(unreadable)?.file_name();
        let digits: String = name
            .to_string_lossy()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        if !digits.is_empty() {
            versions.push(digits);
        }
    }
    Ok(versions)
}

/// The first version from `now` on that is free.
fn next_version(mut now: OffsetDateTime, taken: &[String]) -> Result<String, CommandError> {
    loop {
        let version = now.format(VERSION).map_err(|error| {
            CommandError::failed("the clock's time cannot be written as a version").because(error)
        })?;
        if !taken.contains(&version) {
            return Ok(version);
        }
        now += time::Duration::SECOND;
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn names_become_lower_case_words() {
        assert_eq!(file_name("Add drafts-table (2)"), "add_drafts_table_2");
        assert_eq!(file_name("--"), "");
    }

    #[test]
    fn a_version_is_never_given_twice() {
        let now = datetime!(2026-01-31 23:59:59 UTC);
        assert_eq!(next_version(now, &[]).unwrap(), "20260131235959");
        let taken = ["20260131235959".to_owned()];
        assert_eq!(next_version(now, &taken).unwrap(), "20260201000000");
    }
}
