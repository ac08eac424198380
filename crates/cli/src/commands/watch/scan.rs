//! What lies in the folder: draft files by session and stage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lodger_research::Stage;
use uuid::Uuid;
use walkdir::{DirEntry, WalkDir};

/// A file that may be a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) session: Uuid,
    pub(super) stage: Stage,
    /// Where it lies.
    pub(super) file: PathBuf,
    /// Its path within the session, with `/`.
    pub(super) path: String,
    pub(super) look: Look,
}

/// How a file looks from outside. While it is written, this changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) size: u64,
    pub(super) changed: Option<SystemTime>,
    /// Which file it is: another one that is put in its place, by a link say, is not what was found.
    identity: (u64, u64),
}

impl Look {
    pub(super) fn of(metadata: &fs::Metadata) -> Self {
        Self {
            size: metadata.len(),
            changed: metadata.modified().ok(),
            identity: identity(metadata),
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// What a look into the folder finds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The files, in order.
    pub(super) found: Vec<Found>,
    /// Folders with files that are no drafts because of where they lie, and why.
    pub(super) astray: BTreeMap<String, &'static str>,
}

/// Finds the files. What cannot be read now may be read the next time.
pub(super) fn scan(dir: &Path) -> Scan {
    let walk = WalkDir::new(dir).min_depth(2).follow_links(false);
    let walk = walk.sort_by_file_name().into_iter();
    let mut scan = Scan::default();
    for entry in walk.filter_entry(|entry| !is_left(entry)).flatten() {
        scan.take(dir, &entry);
    }
    scan
}

fn is_left(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() > 0
        && (name.starts_with('.')
            || name.ends_with('~')
            || name.ends_with(".tmp")
            || name.ends_with(".part"))
}

impl Scan {
    fn take(&mut self, dir: &Path, entry: &DirEntry) {
        let within = entry.path().strip_prefix(dir).ok();
        let within = within.filter(|_| entry.file_type().is_file());
        let parts =
            within.and_then(|it| it.iter().map(|it| it.to_str()).collect::<Option<Vec<_>>>());
        let Some([session, rest @ ..]) = parts.as_deref() else {
            return;
        };
        let Ok(id) = session.parse() else {
            let why = "its name is no session's id";
            self.astray.insert((*session).to_owned(), why);
            return;
        };
        let [folder, _, ..] = rest else {
            let why = "files right in it are in no stage's folder";
            self.astray.insert((*session).to_owned(), why);
            return;
        };
        let Some(stage) = Stage::parse(folder) else {
            let why = "its name is no stage's";
            self.astray.insert(format!("{session}/{folder}"), why);
            return;
        };
        let Ok(metadata) = entry.metadata() else {
            return;
        };
        self.found.push(Found {
            session: id,
            stage,
            file: entry.path().to_owned(),
            path: rest.join("/"),
            look: Look::of(&metadata),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_files_below_a_session_and_a_stage() {
        let folder = tempfile::tempdir().unwrap();
        let session = "6f1c0b1e-8f3c-4b53-9d6e-0a1f5a3f7c11";
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        let good = ["1_initial_research/a.md", "4_writing/parts/b.json"];
        for path in good {
            write(&format!("{session}/{path}"));
        }
        for path in [
            "5_none/a.md",
            "4_writing/.hidden",
            "4_writing/a.md.tmp",
            "4_writing/a~",
        ] {
            write(&format!("{session}/{path}"));
        }
        write("no-session/4_writing/a.md");
        write(&format!("{session}/top.md"));
        #[cfg(unix)]
        std::os::unix::fs::symlink(
            "/etc/hostname",
            folder.path().join(session).join("4_writing/link"),
        )
        .unwrap();
        let scan = scan(folder.path());
        let paths: Vec<String> = scan.found.into_iter().map(|it| it.path).collect();
        assert_eq!(paths, good);
        let stray = [
            (
                session.to_owned(),
                "files right in it are in no stage's folder",
            ),
            (format!("{session}/5_none"), "its name is no stage's"),
            ("no-session".to_owned(), "its name is no session's id"),
        ];
        assert_eq!(scan.astray, BTreeMap::from(stray));
    }

    #[cfg(unix)]
    #[test]
    fn another_file_of_the_same_size_and_time_looks_different() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|it| folder.path().join(it));
        let time = SystemTime::UNIX_EPOCH;
        let looks = [&one, &other].map(|path| {
            fs::write(path, "same").unwrap();
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(time).unwrap();
            Look::of(&file.metadata().unwrap())
        });
        assert_eq!(looks[0].changed, looks[1].changed);
        assert_ne!(looks[0], looks[1]);
        fs::remove_file(&one).unwrap();
        std::os::unix::fs::symlink(&other, &one).unwrap();
        assert_ne!(Look::of(&fs::metadata(&one).unwrap()), looks[0]);
    }
}
