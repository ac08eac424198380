//! Reads migrations from the file system: the only module of this crate that does.

use std::fs;
use std::path::{Path, PathBuf};

use crate::migration::Migration;
use crate::parallel;
use crate::parse::parse_migration;

/// The ordered set of migrations on disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationDirectory {
    /// The migrations in order of their versions, compared as text.
    pub migrations: Vec<Migration>,
    /// What stood in the folder and was left out.
    pub skipped: Vec<Skipped>,
}

/// A file or folder that is not a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path.
    pub file: String,
    /// Why it was left out.
    pub reason: &'static str,
}

/// Why migrations could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Nothing stands there.
    #[error("There is no file or folder `{}`.", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// No file of the folder is a migration.
    #[error("The folder `{}` holds no migration: none of its {others} entries is a file named like `20251101040000_create_sessions.sql`.", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
        /// How many other entries it has.
        others: usize,
    },
    /// The operating system refuses.
    #[error("`{}` cannot be read: {source}.", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// SQL files have to be UTF-8.
    #[error(
        "`{file}` is not UTF-8: the byte at offset {offset} is part of no character. Save the file as UTF-8."
    )]
    NotUtf8 {
        /// The file.
        file: String,
        /// Number of readable bytes before the first wrong one.
        offset: usize,
    },
    /// A version is the key of the history, so each can stand for one file only.
    #[error(
        "`{first}` and `{second}` both have the version {version}. Rename one: a version is recorded once, so the second file would never be applied."
    )]
    SameVersion {
        /// The version.
        version: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// A migration is never that large; a dump is.
    #[error(
        "`{file}` has {bytes} bytes; the largest migration that Lodger reads has {MOST_BYTES}."
    )]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        bytes: usize,
    },
}

/// Largest file that is read: 64 MiB.
const MOST_BYTES: usize = 64 << 20;

/// Reads all migrations of a folder, or the one migration that `path` is, to be applied.
///
/// # Errors
/// As [`read_directory_as_it_is`], and when two migrations have the same version.
pub fn read_directory(path: &Path) -> Result<MigrationDirectory, DirectoryError> {
    let directory = read_directory_as_it_is(path)?;
    ensure_versions_differ(&directory.migrations)?;
    Ok(directory)
}

/// Reads all migrations of a folder, or the one migration that `path` is. Two may have the same version,
/// which a rule finds.
///
/// # Errors
/// When there is none, or when one cannot be read or is not UTF-8.
pub fn read_directory_as_it_is(path: &Path) -> Result<MigrationDirectory, DirectoryError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(DirectoryError::Missing {
                path: path.to_owned(),
            });
        }
        Err(source) => return Err(unreadable(path, source)),
    };
    if !metadata.is_dir() {
        return Ok(MigrationDirectory {
            migrations: vec![read_file(path)?],
            skipped: Vec::new(),
        });
    }
    let mut directory = MigrationDirectory::default();
    let mut files = Vec::new();
    for entry in entries(path)? {
        match reason_to_skip(&entry) {
            Some(reason) => directory.skipped.push(Skipped {
                file: entry.display().to_string(),
                reason,
            }),
            None => files.push(entry),
        }
    }
    for read in parallel::map(&files, |_, file| read_file(file)) {
        directory.migrations.push(read?);
    }
    if directory.migrations.is_empty() {
        return Err(DirectoryError::Empty {
            path: path.to_owned(),
            others: directory.skipped.len(),
        });
    }
    directory
        .migrations
        .sort_by(|a, b| a.version.cmp(&b.version));
    Ok(directory)
}

/// Reads one SQL file as a migration. A name without a version gives version `0` and the stem as name.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_file(path: &Path) -> Result<Migration, DirectoryError> {
    let bytes = fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => DirectoryError::Missing {
            path: path.to_owned(),
        },
        _ => unreadable(path, source),
    })?;
    let file = path.display().to_string();
    if bytes.len() > MOST_BYTES {
        return Err(DirectoryError::TooLarge {
            file,
            bytes: bytes.len(),
        });
    }
    if let Err(error) = std::str::from_utf8(&bytes) {
        let offset = error.valid_up_to();
        return Err(DirectoryError::NotUtf8 { file, offset });
    }
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let (version, name) = version_and_name(&file_name)
        .unwrap_or_else(|| ("0", file_name.strip_suffix(".sql").unwrap_or(&file_name)));
    Ok(parse_migration(version, name, &file, &bytes))
}

/// Splits `20251101040000_create_sessions.sql` into version and name.
fn version_and_name(file_name: &str) -> Option<(&str, &str)> {
    let (version, name) = file_name.strip_suffix(".sql")?.split_once('_')?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some((version, name))
}

fn entries(path: &Path) -> Result<Vec<PathBuf>, DirectoryError> {
    let read = fs::read_dir(path).map_err(|source| unreadable(path, source))?;
    let mut entries = Vec::new();
    for entry in read {
        entries.push(entry.map_err(|source| unreadable(path, source))?.path());
    }
    entries.sort();
    Ok(entries)
}

fn reason_to_skip(entry: &Path) -> Option<&'static str> {
    let name = entry.file_name().unwrap_or_default().to_string_lossy();
    if entry.is_dir() {
        return Some("It is a folder.");
    }
    if !name.ends_with(".sql") {
        return Some("Its name does not end in .sql.");
    }
    match version_and_name(&name) {
        Some(_) => None,
        None => Some("Its name does not start with a version and an underscore."),
    }
}

fn ensure_versions_differ(migrations: &[Migration]) -> Result<(), DirectoryError> {
    let same = migrations.windows(2).find_map(|pair| match pair {
        [first, second] if first.version == second.version => Some((first, second)),
        _ => None,
    });
    match same {
        None => Ok(()),
        Some((first, second)) => Err(DirectoryError::SameVersion {
            version: first.version.clone(),
            first: first.file.clone(),
            second: second.file.clone(),
        }),
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> DirectoryError {
    DirectoryError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    #[test]
    fn files_come_in_order_of_version_and_the_rest_is_reported() {
        let folder = folder(&[
            ("20251101040000_b.sql", b"select 1;"),
            ("20251101030227_a.sql", "\u{feff}select 2;".as_bytes()),
            ("README.md", b""),
            ("seed.sql", b""),
        ]);
        fs::create_dir(folder.path().join("1_folder.sql")).unwrap();
        let read = read_directory(folder.path()).unwrap();
        let versions: Vec<_> = read
            .migrations
            .iter()
            .map(|it| it.version.as_str())
            .collect();
        assert_eq!(versions, ["20251101030227", "20251101040000"]);
        assert_eq!(read.skipped.len(), 3);
        let first = &read.migrations[0];
        assert_eq!(
            (first.name.as_str(), first.text.as_str()),
            ("a", "select 2;")
        );
        assert_eq!(first.statements[0].column, 1);
        assert_eq!(
            read.migrations[1].checksum,
            "354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4"
        );
    }

    #[test]
    fn one_file_is_a_directory_of_one() {
        let folder = folder(&[("old.sql", b"select 1"), ("7_x.sql", b"select 1")]);
        let old = read_directory(&folder.path().join("old.sql")).unwrap();
        assert_eq!(
            (
                old.migrations[0].version.as_str(),
                old.migrations[0].name.as_str()
            ),
            ("0", "old")
        );
        let named = read_directory(&folder.path().join("7_x.sql")).unwrap();
        assert_eq!(named.migrations[0].version, "7");
    }

    #[test]
    fn errors_name_the_file_and_the_place() {
        let say =
            |folder: &tempfile::TempDir| read_directory(folder.path()).unwrap_err().to_string();
        assert!(say(&folder(&[("1_a.sql", b"select '\xff'")])).contains("offset 8"));
        let twice = say(&folder(&[("1_a.sql", b""), ("1_b.sql", b"")]));
        assert!(
            twice.contains("1_a.sql") && twice.contains("1_b.sql"),
            "{twice}"
        );
        assert!(say(&folder(&[("a.txt", b"")])).contains("none of its 1 entries"));
        let missing = read_directory(Path::new("no/such/folder"))
            .unwrap_err()
            .to_string();
        assert_eq!(missing, "There is no file or folder `no/such/folder`.");
    }
}
