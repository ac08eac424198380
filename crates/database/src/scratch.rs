//! Where throw-away servers keep their files: in memory where there is room, and nothing stays behind.
//!
//! A table is up to five files, and to create one on a disk takes longer than the statement that needs it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A file system in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// How much room it must have, in bytes. Two servers on which 500 tables are made take 92 MB; containers often
/// have 64 MB there in all.
const WANTED: u64 = 2 * 1024 * 1024 * 1024;
const PREFIX: &str = "lodger-scratch-";
/// The file that is locked as long as somebody works in the folder.
const LOCK: &str = "lock";
/// A folder without a lock that is younger than this may be about to get one.
const NEW: Duration = Duration::from_secs(5);
/// How long the servers of a process may take to end. It takes them some milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many servers of this process are about to end.
static ENDING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// A folder for this process's temporary files, which goes away with this value; those that killed processes
/// left behind go when the next one is made.
#[derive(Debug)]
pub struct ScratchSpace {
    folder: PathBuf,
    /// Locked until the process ends, however it does.
    _lock: File,
}

impl ScratchSpace {
    /// Makes one, in memory if `asked` names no folder and there is room, and has this process keep its temporary
    /// files there. The first one of a process counts.
    ///
    /// # Errors
    /// When a folder cannot be made there.
    pub fn claim(asked: Option<PathBuf>) -> io::Result<Self> {
        let place = asked.or_else(roomy_memory);
        let this = Self::new(&place.unwrap_or_else(std::env::temp_dir))?;
        // Whoever has named another folder before has said where files go.
        drop(tempfile::env::override_temp_dir(&this.folder));
        Ok(this)
    }

    fn new(place: &Path) -> io::Result<Self> {
        let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?;
        let lock = File::create(made.path().join(LOCK))?;
        lock.lock()?;
        let owner = fs::metadata(made.path())?.uid();
        let this = Self {
            folder: made.keep(),
            _lock: lock,
        };
        remove_abandoned(place, owner);
        Ok(this)
    }
}

/// One for the process that runs a test, which ends without a word: the next one removes it.
#[cfg(all(feature = "embedded", feature = "testing"))]
pub(crate) fn claim_for_tests() {
    static SPACE: std::sync::OnceLock<Option<ScratchSpace>> = std::sync::OnceLock::new();
    SPACE.get_or_init(|| {
        let usual = std::env::temp_dir();
        let is_claimed = tempfile::env::temp_dir() != usual;
        // It is another one where TMPDIR names it.
        let asked = (usual != Path::new("/tmp")).then_some(usual);
        (!is_claimed).then(|| ScratchSpace::claim(asked).ok())?
    });
}

impl Drop for ScratchSpace {
    fn drop(&mut self) {
        // A server that ends writes once more, and makes anew the folders that are gone.
        let ending = ENDING.lock().unwrap_or_else(PoisonError::into_inner);
        drop(ENDED.wait_timeout_while(ending, PATIENCE, |ending| *ending > 0));
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Ends a server on a thread of its own: who waited for it would block the runtime that closes its connection.
#[cfg(feature = "embedded")]
pub(crate) fn end(server: impl Send + 'static) {
    let count = |change: fn(usize) -> usize| {
        let mut ending = ENDING.lock().unwrap_or_else(PoisonError::into_inner);
        *ending = change(*ending);
    };
    count(|it| it + 1);
    std::thread::spawn(move || {
        drop(server);
        count(|it| it - 1);
        ENDED.notify_all();
    });
}

/// A file system in memory, if there is one with room enough.
pub(crate) fn roomy_memory() -> Option<PathBuf> {
    let memory = PathBuf::from(MEMORY);
    let found = rustix::fs::statvfs(&memory).ok()?;
    (found.f_bavail.saturating_mul(found.f_frsize) > WANTED).then_some(memory)
}

/// Removes what killed processes of this user left in `place`. What cannot be removed stays.
fn remove_abandoned(place: &Path, owner: u32) {
    let Ok(entries) = fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        let is_one = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_one && is_abandoned(&entry.path(), owner) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

fn is_abandoned(folder: &Path, owner: u32) -> bool {
    let Ok(found) = fs::symlink_metadata(folder) else {
        return false;
    };
    let is_new = found
        .modified()
        .is_ok_and(|it| it.elapsed().is_ok_and(|age| age < NEW));
    let locked = || match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_err(),
        // Killed before it had a lock.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    found.is_dir() && found.uid() == owner && !is_new && !locked()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aged(place: &Path, name: &str) -> PathBuf {
        let folder = place.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("file"), "left behind").unwrap();
        File::create(folder.join(LOCK)).unwrap();
        age(&folder);
        folder
    }

    fn age(folder: &Path) {
        let before = std::time::SystemTime::now() - 2 * NEW;
        File::open(folder).unwrap().set_modified(before).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let in_use = ScratchSpace::new(place.path()).unwrap();
        age(&in_use.folder);
        let abandoned = aged(place.path(), "lodger-scratch-abandoned");
        let foreign = aged(place.path(), "somebody-else");
        let new = ScratchSpace::new(place.path()).unwrap();
        assert!(!abandoned.exists());
        assert!(foreign.exists() && in_use.folder.exists() && new.folder.exists());
    }

    #[test]
    fn it_goes_with_all_that_is_in_it() {
        let place = tempfile::tempdir().unwrap();
        let space = ScratchSpace::new(place.path()).unwrap();
        fs::write(space.folder.join("file"), "left behind").unwrap();
        drop(space);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    /// As servers do: it makes anew what is gone when it ends.
    #[cfg(feature = "embedded")]
    struct Late(PathBuf);

    #[cfg(feature = "embedded")]
    impl Drop for Late {
        fn drop(&mut self) {
            std::thread::sleep(Duration::from_millis(50));
            fs::create_dir_all(self.0.join("late")).unwrap();
        }
    }

    #[cfg(feature = "embedded")]
    #[test]
    fn it_goes_when_the_servers_have_ended() {
        let place = tempfile::tempdir().unwrap();
        let space = ScratchSpace::new(place.path()).unwrap();
        end(Late(space.folder.clone()));
        drop(space);
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }
}
