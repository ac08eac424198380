//! Which files are taken already, and taking the others: once they are stable, as often as it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lodger_research::{Error, NewDraft, Principal, SavedDraft, Store};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::scan::{Found, Look, Scan, scan};
use crate::output::terminal;

/// How long a session that is not there is not looked for again.
const SEEK_AGAIN: Duration = Duration::from_secs(10);
/// The most content that goes along.
const MOST_CONTENT: u64 = 4 << 20;

/// What became of a file when it looked like this.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It may still be written; since when it looks like this.
    Seen(Instant),
    Taken,
    /// There is no such session, yet.
    Homeless,
    /// It cannot be taken.
    Left,
}

/// What a look around found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked {
    /// Something may be taken the next time.
    pub(super) waiting: bool,
    /// How long to wait for it.
    pub(super) pause: Duration,
}

/// Keeps track of all files.
pub(super) struct Keeper {
    store: Store,
    stable: Duration,
    quiet: bool,
    files: BTreeMap<PathBuf, (Look, Fate)>,
    owners: BTreeMap<Uuid, Uuid>,
    /// Sessions that there are not, and when they were looked for.
    unknown: BTreeMap<Uuid, Instant>,
    /// Folders of which it is said that nothing is taken from them.
    told: BTreeSet<String>,
    saved: usize,
    already: usize,
    /// The database was away the last time.
    away: bool,
}

impl Keeper {
    pub(super) fn new(store: Store, stable: Duration, quiet: bool) -> Self {
        Self {
            store,
            stable,
            quiet,
            files: BTreeMap::new(),
            owners: BTreeMap::new(),
            unknown: BTreeMap::new(),
            told: BTreeSet::new(),
            saved: 0,
            already: 0,
            away: false,
        }
    }

    pub(super) fn saved(&self) -> usize {
        self.saved
    }

    pub(super) fn already(&self) -> usize {
        self.already
    }

    /// How many files cannot be taken.
    pub(super) fn left(&self) -> usize {
        let fates = self.files.values();
        fates
            .filter(|(_, fate)| matches!(fate, Fate::Left | Fate::Homeless))
            .count()
    }

    /// Looks around, and takes what is stable.
    pub(super) async fn look(&mut self, dir: &Path) -> Looked {
        let Scan { found, astray } = scan(dir);
        self.tell_astray(astray);
        let there: BTreeSet<&PathBuf> = found.iter().map(|it| &it.file).collect();
        self.files.retain(|file, _| there.contains(file));
        let mut waiting = false;
        for it in &found {
            match self.fate(it) {
                Fate::Taken | Fate::Left => {}
                Fate::Homeless if !self.is_to_be_sought(it.session) => {}
                Fate::Seen(since) if since.elapsed() < self.stable => waiting = true,
                Fate::Seen(_) | Fate::Homeless => {
                    let Ok(fate) = self.take(it).await else {
                        // The database is away: all of them wait.
                        waiting = true;
                        break;
                    };
                    self.files.insert(it.file.clone(), (it.look, fate));
                }
            }
        }
        Looked {
            waiting,
            pause: self.stable.max(Duration::from_millis(50)),
        }
    }

    /// Says once of each folder that nothing is taken from it.
    fn tell_astray(&mut self, astray: BTreeMap<String, &'static str>) {
        for (folder, why) in astray {
            if !self.quiet && !self.told.contains(&folder) {
                terminal::note(&format!("{folder}: nothing is taken from it: {why}"));
            }
            self.told.insert(folder);
        }
    }

    /// A session that was not there may have come.
    fn is_to_be_sought(&self, session: Uuid) -> bool {
        let sought = self.unknown.get(&session);
        sought.is_none_or(|at| at.elapsed() > SEEK_AGAIN)
    }

    /// What is known of a file that looks like this.
    fn fate(&mut self, it: &Found) -> Fate {
        let new = (it.look, Fate::Seen(Instant::now()));
        let known = self.files.entry(it.file.clone()).or_insert(new);
        if known.0 != it.look {
            *known = new;
        }
        known.1
    }

    /// Takes a file. `Err` when the database does not answer.
    async fn take(&mut self, it: &Found) -> Result<Fate, ()> {
        let draft = match read(it) {
            Ok(Some(draft)) => draft,
            // It changed under our hands: it is looked at again.
            Ok(None) => return Ok(Fate::Seen(Instant::now())),
            Err(error) => {
                self.say(it, &format!("cannot be read: {error}"));
                return Ok(Fate::Left);
            }
        };
        match self.save(it, &draft).await {
            Ok(saved) => {
                if self.away {
                    terminal::note("the database is there again");
                    self.away = false;
                }
                if saved.changed {
                    self.saved += 1;
                    self.say(it, &format!("saved, {} bytes", draft.size_bytes));
                } else {
                    self.already += 1;
                }
                Ok(Fate::Taken)
            }
            Err(error @ (Error::Unavailable { .. } | Error::Busy | Error::TooLong)) => {
                if !self.away {
                    terminal::note(&format!("{error}; trying again"));
                    self.away = true;
                }
                Err(())
            }
            Err(Error::NotFound(_)) => {
                let at = Instant::now();
                if self.unknown.insert(it.session, at).is_none() {
                    let said = format!("there is no session {}: its files are left", it.session);
                    terminal::note(&said);
                }
                Ok(Fate::Homeless)
            }
            Err(error) => {
                self.say(it, &error.to_string());
                Ok(Fate::Left)
            }
        }
    }

    async fn save(&mut self, it: &Found, draft: &NewDraft) -> Result<SavedDraft, Error> {
        let owner = if let Some(owner) = self.owners.get(&it.session) {
            *owner
        } else {
            self.store.operator().owner_of(it.session).await?
        };
        self.owners.insert(it.session, owner);
        self.unknown.remove(&it.session);
        let scope = self.store.as_user(&Principal::user(owner, false))?;
        let saved = scope.save_draft(it.session, draft).await;
        if matches!(saved, Err(Error::NotFound(_) | Error::SourceTransferred)) {
            // It may belong to somebody else since.
            self.owners.remove(&it.session);
        }
        saved
    }

    fn say(&self, it: &Found, said: &str) {
        if !self.quiet {
            terminal::note(&format!("{} {}: {said}", it.session, it.path));
        }
    }
}

/// Reads a file with its hash. `None` when it is not as it was found.
fn read(it: &Found) -> std::io::Result<Option<NewDraft>> {
    let mut file = File::open(&it.file)?;
    let mut digest = Sha256::new();
    let mut content = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let length = file.read(&mut buffer)?;
        let piece = buffer.get(..length).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        size += length as u64;
        digest.update(piece);
        if size <= MOST_CONTENT {
            content.extend_from_slice(piece);
        }
    }
    if size != it.look.size || Look::of(&file.metadata()?) != it.look {
        return Ok(None);
    }
    let sha256 = lodger_migration::hex::encode(&digest.finalize());
    Ok(Some(NewDraft {
        stage: it.stage,
        file_path: it.path.clone(),
        media_type: media_type(&it.file).to_owned(),
        language: None,
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        sha256,
        content: (size <= MOST_CONTENT).then_some(content),
    }))
}

fn media_type(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|it| it.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "md" | "markdown" => "text/markdown",
        "txt" | "log" => "text/plain",
        "json" => "application/json",
        "html" | "htm" => "text/html",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}
