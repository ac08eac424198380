//! The folder of `lodger up`, which one process at a time has open.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// The folder, open for as long as this lives.
#[derive(Debug)]
pub(super) struct DataFolder {
    path: PathBuf,
    /// The operating system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl DataFolder {
    /// Makes it where it is missing, readable for its owner only.
    pub(super) fn open(path: &Path) -> Result<Self, CommandError> {
        let failed = |done: &str, error| {
            let message = format!("folder {} cannot be {done}", path.display());
            CommandError::failed(message).because(error)
        };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(path)
            .map_err(|error| failed("made", error))?;
        let lock = File::create(path.join("lock")).map_err(|error| failed("written", error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!("another process has {} open", path.display());
                return Err(CommandError::failed(message)
                    .hinted("stop it, or name another folder with --data"));
            }
            Err(TryLockError::Error(error)) => return Err(failed("locked", error)),
        }
        // Nobody means to commit a database.
        let ignore = path.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n").map_err(|error| failed("written", error))?;
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The database's files.
    pub(super) fn database(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// The key that signs access tokens.
    pub(super) fn signing_key(&self) -> PathBuf {
        self.path.join("signing-key.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("data");
        let open = DataFolder::open(&place).unwrap();
        let error = DataFolder::open(&place).unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");
        drop(open);
        DataFolder::open(&place).unwrap();
    }
}
