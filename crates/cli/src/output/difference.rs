//! Files as they are and as they should be: a patch of them, and the writing.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use lodger_migration::migration::Migration;
use lodger_migration::parse::checksum;
use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use crate::error::CommandError;

/// A file whose text changes.
#[derive(Debug)]
pub(crate) struct Rewritten {
    file: String,
    before: String,
    after: String,
}

/// The files that differ.
pub(crate) fn rewritten(before: &[Migration], after: &[Migration]) -> Vec<Rewritten> {
    let pairs = before.iter().zip(after);
    let differing = pairs.filter(|(before, after)| before.text != after.text);
    differing
        .map(|(before, after)| {
            // What is parsed has no byte order mark; the file keeps its own.
            let marked = checksum(before.text.as_bytes()) != before.checksum;
            let mark = if marked { "\u{feff}" } else { "" };
            Rewritten {
                file: before.file.clone(),
                before: format!("{mark}{}", before.text),
                after: format!("{mark}{}", after.text),
            }
        })
        .collect()
}

impl Rewritten {
    /// Its path.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The change in the unified format that `patch -p1` reads.
    pub(crate) fn patch(&self, color: bool) -> String {
        let diff = TextDiff::from_lines(&self.before, &self.after);
        let path = self.file.trim_start_matches("./");
        let mut unified = diff.unified_diff();
        let plain = unified
            .context_radius(3)
            .header(&format!("a/{path}"), &format!("b/{path}"));
        if !color {
            return plain.to_string();
        }
        let paint = Paint::new(true);
        let mut text = paint.bold(&format!("--- a/{path}\n+++ b/{path}\n"));
        for hunk in plain.iter_hunks() {
            text.push_str(&paint.dim(&format!("{}\n", hunk.header())));
            for change in hunk.iter_changes() {
                let line = format!("{}{}", change.tag(), change);
                text.push_str(&match change.tag() {
                    ChangeTag::Delete => paint.bad(&line),
                    ChangeTag::Insert => paint.good(&line),
                    ChangeTag::Equal => line,
                });
            }
        }
        text
    }
}

/// Writes the files: all are made beside the old ones first, so that a full disk changes none of them.
pub(crate) fn write(files: &[Rewritten], read: &[Migration]) -> Result<(), CommandError> {
    let failed = |file: &str, error: std::io::Error| {
        CommandError::failed(format!("{file} cannot be written")).because(error)
    };
    let mut ready = Vec::new();
    for file in files {
        let path = fs::canonicalize(&file.file).map_err(|error| failed(&file.file, error))?;
        let now = fs::read(&path).map_err(|error| failed(&file.file, error))?;
        if !is_as_read(&now, &file.file, read) {
            let changed = format!("{} was changed meanwhile; nothing was written", file.file);
            return Err(CommandError::failed(changed).hinted("run `lodger fix` again"));
        }
        let written = beside(&path, file.after.as_bytes());
        ready.push((
            file,
            path,
            written.map_err(|error| failed(&file.file, error))?,
        ));
    }
    for (file, path, written) in ready {
        let persisted = written.persist(&path);
        persisted.map_err(|error| failed(&file.file, error.error))?;
    }
    Ok(())
}

fn is_as_read(now: &[u8], file: &str, read: &[Migration]) -> bool {
    let checksum = checksum(now);
    read.iter()
        .any(|it| it.file == file && it.checksum == checksum)
}

/// A file in the same folder, with the permissions of the one that it will replace.
fn beside(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file()
        .set_permissions(fs::metadata(path)?.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}
