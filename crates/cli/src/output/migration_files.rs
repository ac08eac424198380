//! Files for new migrations: each with the next version, and several made as one.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::error::CommandError;

const VERSION: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day][hour][minute][second]");

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct MigrationFiles {
    /// One for each migration, in order.
    pub(crate) paths: Vec<PathBuf>,
    /// Those of them that stood there already, just as they would have been written.
    pub(crate) kept: Vec<PathBuf>,
    /// The newest version, where it sorts after theirs.
    pub(crate) later: Option<String>,
}

/// A file that is ready, or was.
enum Ready {
    /// It stands there already.
    Kept(PathBuf),
    /// Its bytes are on the disk, under another name.
    New(PathBuf, NamedTempFile),
}

/// Makes migrations, a name and a text each. All are written under other names first, so that a full disk
/// leaves none; one that an earlier run has left with the same text is not made twice.
pub(crate) fn write(
    folder: &Path,
    migrations: &[(String, String)],
) -> Result<MigrationFiles, CommandError> {
    let there = versions(folder)?;
    let mut taken: Vec<String> = there.iter().map(|(version, _)| version.clone()).collect();
    let newest = taken.iter().max().cloned();
    let mut ready = Vec::new();
    let mut last = String::new();
    for (name, text) in migrations {
        let same = same(&there, name, text).filter(|(version, _)| *version > last);
        if let Some((version, path)) = same {
            last = version;
            ready.push(Ready::Kept(path));
            continue;
        }
        let version = next_version(OffsetDateTime::now_utc(), &taken)?;
        let path = folder.join(format!("{version}_{name}.sql"));
        let file = beside(folder, text).map_err(|error| not_written(&path, error))?;
        ready.push(Ready::New(path, file));
        taken.push(version.clone());
        last = version;
    }
    let mut files = MigrationFiles {
        paths: Vec::new(),
        kept: Vec::new(),
        later: newest.filter(|newest| *newest > last),
    };
    for it in ready {
        let path = match it {
            Ready::Kept(path) => {
                files.kept.push(path.clone());
                path
            }
            Ready::New(path, file) => {
                let persisted = file.persist_noclobber(&path);
                persisted.map_err(|error| not_written(&path, error.error))?;
                path
            }
        };
        files.paths.push(path);
    }
    Ok(files)
}

fn not_written(path: &Path, error: std::io::Error) -> CommandError {
    CommandError::failed(format!("{} cannot be written", path.display())).because(error)
}

/// A file in the folder with a name that is no migration's.
fn beside(folder: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    // Readable for whoever may read other new files: that a temporary one is private is no use here.
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A migration of that name and text that stands there; an empty one is the beginning of another.
fn same(there: &[(String, PathBuf)], name: &str, text: &str) -> Option<(String, PathBuf)> {
    let is_same = |(version, path): &&(String, PathBuf)| {
        let named = format!("{version}_{name}.sql");
        path.file_name().is_some_and(|it| it == named.as_str())
            && fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
    };
    let found = there.iter().find(is_same).cloned();
    found.filter(|_| !text.is_empty())
}

/// The versions that are taken in `folder`, and the files that have them.
fn versions(folder: &Path) -> Result<Vec<(String, PathBuf)>, CommandError> {
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
        let file = file.map_err(unreadable)?;
        let digits: String = file
            .file_name()
            .to_string_lossy()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        if !digits.is_empty() {
            versions.push((digits, file.path()));
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

    fn migrations() -> Vec<(String, String)> {
        vec![
            ("first".to_owned(), "select 1;\n".to_owned()),
            ("second".to_owned(), "select 2;\n".to_owned()),
        ]
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_version_is_never_given_twice() {
        let now = datetime!(2026-01-31 23:59:59 UTC);
        assert_eq!(next_version(now, &[]).unwrap(), "20260131235959");
        let taken = ["20260131235959".to_owned()];
        assert_eq!(next_version(now, &taken).unwrap(), "20260201000000");
    }

    #[test]
    fn what_an_earlier_run_has_left_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let made = write(folder.path(), &migrations()).unwrap();
        let both = names(folder.path());
        assert_eq!((both.len(), made.kept.len()), (2, 0));
        // Killed before the second one was there.
        fs::remove_file(&made.paths[1]).unwrap();
        let again = write(folder.path(), &migrations()).unwrap();
        assert_eq!(again.kept, made.paths[..1]);
        assert_eq!(again.paths[0], made.paths[0]);
        assert!(again.paths[1] > again.paths[0]);
        let third = write(folder.path(), &migrations()).unwrap();
        assert_eq!(third.kept, again.paths);
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[test]
    fn one_of_that_name_that_says_something_else_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("20250101000000_first.sql");
        fs::write(&old, "select 0;\n").unwrap();
        let made = write(folder.path(), &migrations()).unwrap();
        assert_eq!((made.kept.len(), names(folder.path()).len()), (0, 3));
        assert_eq!(fs::read_to_string(&old).unwrap(), "select 0;\n");
    }

    #[test]
    fn a_version_that_sorts_later_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("9_last.sql"), "").unwrap();
        let made = write(folder.path(), &migrations()).unwrap();
        assert_eq!(made.later.as_deref(), Some("9"));
    }
}
