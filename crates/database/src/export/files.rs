//! The files of an export: made in an empty folder, written through to the disk, and removed if it fails.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use lodger_migration::hex;
use lodger_migration::object::ObjectId;
use sha2::{Digest, Sha256};

use super::ExportError;

/// A folder that was empty, and the files that were made in it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    made: Vec<PathBuf>,
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct ExportFile {
    path: PathBuf,
    file: BufWriter<File>,
    digest: Sha256,
}

fn failed<'a>(
    path: &'a Path,
    done: &'static str,
) -> impl Fn(std::io::Error) -> ExportError + use<'a> {
    move |source| ExportError::File {
        path: path.to_owned(),
        done,
        source,
    }
}

impl Folder {
    /// Makes the folder, for nobody else to read, or checks that it is empty and can be written.
    pub(super) fn open(path: &Path) -> Result<Self, ExportError> {
        match make(path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(path, "made")(error)),
        }
        let mut inside = fs::read_dir(path).map_err(failed(path, "read"))?;
        if inside.next().is_some() {
            return Err(ExportError::NotEmpty(path.to_owned()));
        }
        let mut folder = Self {
            path: path.to_owned(),
            made: Vec::new(),
        };
        // Better known now than after the tables are locked.
        folder.create("manifest.json")?;
        folder.clear();
        Ok(folder)
    }

    /// Makes a file that must not be there yet.
    pub(super) fn create(&mut self, name: &str) -> Result<ExportFile, ExportError> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        for_us_alone(&mut options);
        let file = options.open(&path).map_err(failed(&path, "made"))?;
        self.made.push(path.clone());
        Ok(ExportFile {
            path,
            file: BufWriter::with_capacity(1 << 16, file),
            digest: Sha256::new(),
        })
    }

    /// Removes the files that were made here.
    pub(super) fn clear(&mut self) {
        for path in self.made.drain(..) {
            // What cannot be removed makes the next try say that the folder is not empty.
            fs::remove_file(path).ok();
        }
    }

    /// Makes the names of the files last, where the system has a way to.
    pub(super) fn sync(&self) -> Result<(), ExportError> {
        if cfg!(unix) {
            let folder = File::open(&self.path).map_err(failed(&self.path, "read"))?;
            folder.sync_all().map_err(failed(&self.path, "written"))?;
        }
        Ok(())
    }
}

impl ExportFile {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.digest.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(failed(&self.path, "written"))
    }

    /// Writes it through to the disk, and tells its path and its digest.
    pub(super) fn finish(self) -> Result<(PathBuf, String), ExportError> {
        let Self { path, file, digest } = self;
        let file = file
            .into_inner()
            .map_err(|error| failed(&path, "written")(error.into_error()))?;
        file.sync_all().map_err(failed(&path, "written"))?;
        Ok((path, hex::encode(&digest.finalize())))
    }

    /// Writes this text, and finishes.
    pub(super) fn finish_with(mut self, text: &str) -> Result<(), ExportError> {
        self.write(text.as_bytes())?;
        self.finish().map(drop)
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Rows may be anybody's data.
fn for_us_alone(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// `schema.table.csv`. Whatever a file system might take for something else, a dot within a name and
/// capitals included, is written as `%` and two hex digits.
pub(super) fn file_name(table: &ObjectId) -> String {
    let schema = escaped(table.schema.as_deref().unwrap_or_default());
    format!("{schema}.{}.csv", escaped(&table.name))
}

fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use lodger_migration::object::ObjectKind;

    use super::*;

    #[test]
    fn file_names_cannot_leave_the_folder_or_collide() {
        let name =
            |schema, table| file_name(&ObjectId::in_schema(ObjectKind::Table, schema, table));
        assert_eq!(
            name("public", "research_sessions"),
            "public.research_sessions.csv"
        );
        assert_eq!(name("..", "/etc"), "%2E%2E.%2Fetc.csv");
        assert_ne!(name("a.b", "c"), name("a", "b.c"));
        assert_ne!(name("a", "Users").to_lowercase(), name("a", "users"));
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_ours_is_cleared() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("new/deep");
        let mut folder = Folder::open(&path).unwrap();
        folder
            .create("a.csv")
            .unwrap()
            .finish_with("a\n1\n")
            .unwrap();
        assert!(matches!(Folder::open(&path), Err(ExportError::NotEmpty(_))));
        assert!(folder.create("a.csv").is_err());
        folder.clear();
        assert!(Folder::open(&path).is_ok());
        fs::write(place.path().join("file"), "").unwrap();
        assert!(Folder::open(&place.path().join("file")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_and_not_a_short_file() {
        let path = PathBuf::from("/dev/full");
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let full = ExportFile {
            path,
            file: BufWriter::new(file),
            digest: Sha256::new(),
        };
        let error = full.finish_with("a\n1\n").unwrap_err().to_string();
        assert!(
            error.starts_with("/dev/full cannot be written: "),
            "{error}"
        );
    }
}
