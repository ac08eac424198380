//! Reads a file back and compares it with what was sent: the rows are saved only if it holds them.

use std::fs::File;
use std::io::{self, Read};

use lodger_migration::hex;
use sha2::{Digest, Sha256};

use super::{ExportError, ExportedTable};

/// Reads the file of `table` to its end.
pub(super) async fn prove(table: &ExportedTable) -> Result<(), ExportError> {
    let expected = table.clone();
    let read = tokio::task::spawn_blocking(move || check(&expected)).await;
    read.unwrap_or_else(|error| {
        Err(ExportError::Differs {
            path: table.file.clone(),
            reason: error.to_string(),
        })
    })
}

fn check(table: &ExportedTable) -> Result<(), ExportError> {
    let differs = |reason: String| ExportError::Differs {
        path: table.file.clone(),
        reason,
    };
    let file = File::open(&table.file).map_err(|source| ExportError::File {
        path: table.file.clone(),
        done: "read",
        source,
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 16)
        .from_reader(Hashing {
            inner: file,
            digest: Sha256::new(),
        });
    let header = reader
        .byte_headers()
        .map_err(|error| differs(error.to_string()))?;
    let names = table.columns.iter().map(|(name, _)| name.as_bytes());
    if !header.iter().eq(names) {
        return Err(differs(
            "its first line does not name the columns".to_owned(),
        ));
    }
    let mut rows = 0;
    let mut record = csv::ByteRecord::new();
    // A row with too few or too many columns is an error of the reader.
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| differs(error.to_string()))?
    {
        rows += 1;
    }
    if rows != table.rows {
        let written = table.rows;
        return Err(differs(format!(
            "it has {rows} rows, and the table {written}"
        )));
    }
    let digest = hex::encode(&reader.into_inner().digest.finalize());
    if digest == table.sha256 {
        Ok(())
    } else {
        Err(differs(format!(
            "its SHA-256 is {digest}, and that of what was sent {}",
            table.sha256
        )))
    }
}

/// Digests what passes through.
struct Hashing {
    inner: File,
    digest: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        if let Some(read) = buffer.get(..length) {
            self.digest.update(read);
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use lodger_migration::object::{ObjectId, ObjectKind};

    use super::*;

    fn table(folder: &tempfile::TempDir, text: &str, rows: u64) -> ExportedTable {
        let file = folder.path().join("t.csv");
        std::fs::write(&file, text).unwrap();
        ExportedTable {
            table: ObjectId::in_schema(ObjectKind::Table, "public", "t"),
            file,
            columns: vec![("a".into(), "text".into()), ("b".into(), "text".into())],
            null: "",
            rows,
            sha256: hex::sha256(text.as_bytes()),
        }
    }

    #[test]
    fn what_was_written_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let text = "a,b\n1,\"two\nlines, \"\"quoted\"\"\"\n,\"\"\n";
        assert!(check(&table(&folder, text, 2)).is_ok());
    }

    #[test]
    fn a_lost_row_a_changed_byte_and_another_header_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let reason = |table: &ExportedTable| check(table).unwrap_err().to_string();
        assert!(reason(&table(&folder, "a,b\n1,2\n", 2)).contains("it has 1 rows"));
        assert!(reason(&table(&folder, "a,b\n1,2\n3\n", 2)).contains("t.csv"));
        assert!(reason(&table(&folder, "a,c\n1,2\n", 1)).contains("first line"));
        let changed = table(&folder, "a,b\n1,2\n", 1);
        std::fs::write(&changed.file, "a,b\n1,3\n").unwrap();
        assert!(reason(&changed).contains("SHA-256"));
    }
}
