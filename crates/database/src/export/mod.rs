//! Saves the rows of tables as CSV files, and reads them again before anything is dropped.

mod files;
mod manifest;
mod proof;

use std::path::{Path, PathBuf};

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::object::ObjectId;
use thiserror::Error;
use tokio_postgres::Client;

use files::{ExportFile, Folder};

use crate::sql::{name, quoted};

/// Rows could not be saved.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The folder holds something already.
    #[error("folder {} is not empty; name a new or an empty one", .0.display())]
    NotEmpty(PathBuf),
    /// The operating system refuses.
    #[error("{} cannot be {done}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was to be done with it.
        done: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Postgres refuses.
    #[error(
        "the rows of {table} cannot be read: {}",
        crate::apply::retry::sentence(source)
    )]
    Copy {
        /// The table.
        table: ObjectId,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// What was read back is not what was written.
    #[error("{} does not hold what was written: {reason}", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// In what it differs.
        reason: String,
    },
}

/// A table whose rows are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedTable {
    /// The table.
    pub table: ObjectId,
    /// Its file, in the folder of the export.
    pub file: PathBuf,
    /// The columns in the file, in order, with their types.
    pub columns: Vec<(String, String)>,
    /// How NULL is written.
    pub null: &'static str,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

/// Rows to be saved.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    /// Their table.
    pub(crate) table: ObjectId,
    /// How many there are.
    pub(crate) rows: u64,
    /// Which, where not all of them: a condition on the table, which is called `t` there.
    pub(crate) filter: Option<String>,
}

/// How far the saving of a table is.
#[derive(Debug)]
pub struct Saving {
    /// The table.
    pub table: ObjectId,
    /// Rows written.
    pub rows: u64,
    /// Rows there are.
    pub of: u64,
}

/// A folder that is written to, and what the manifest says about where the rows come from.
#[derive(Debug)]
pub(crate) struct Export {
    folder: Folder,
    project: String,
}

impl Export {
    /// Makes the folder, or checks that it is empty.
    pub(crate) fn open(folder: &Path, project: &str) -> Result<Self, ExportError> {
        Ok(Self {
            folder: Folder::open(folder)?,
            project: project.to_owned(),
        })
    }

    /// Saves rows of tables and proves that they are saved. The tables have to be locked, or looked at in a
    /// transaction that sees one moment. After an error the files are gone again.
    pub(crate) async fn save(
        &mut self,
        client: &Client,
        snapshot: &CatalogSnapshot,
        tables: &[Saved],
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<Vec<ExportedTable>, ExportError> {
        self.folder.clear();
        let saved = self.save_all(client, snapshot, tables, watch).await;
        if saved.is_err() {
            self.folder.clear();
        }
        saved
    }

    /// Removes the files again: nothing was dropped, so they are of no use, and the next try needs the folder.
    pub(crate) fn discard(&mut self) {
        self.folder.clear();
    }

    async fn save_all(
        &mut self,
        client: &Client,
        snapshot: &CatalogSnapshot,
        tables: &[Saved],
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<Vec<ExportedTable>, ExportError> {
        let mut saved = Vec::new();
        for table in tables {
            if let Some(exported) = self.table(client, snapshot, table, watch).await? {
                saved.push(exported);
            }
        }
        let manifest = manifest::render(&self.project, &snapshot.server, &saved);
        self.folder
            .create("manifest.json")?
            .finish_with(&manifest)?;
        self.folder.sync()?;
        for table in &saved {
            proof::prove(table).await?;
        }
        Ok(saved)
    }

    async fn table(
        &mut self,
        client: &Client,
        snapshot: &CatalogSnapshot,
        saved: &Saved,
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<Option<ExportedTable>, ExportError> {
        let Saved {
            table,
            rows: of,
            filter,
        } = saved;
        let Some(Object::Table(it)) = snapshot.get(table).map(|entry| &entry.object) else {
            return Ok(None);
        };
        // A partitioned table has no rows of its own; its partitions are tables like others.
        if it.kind != 'r' {
            return Ok(None);
        }
        let columns: Vec<(String, String)> = it
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| (column.name.clone(), column.data_type.clone()))
            .collect();
        // An empty line would stand for a row whose only column is NULL, and readers skip empty lines.
        let null = if columns.len() == 1 { r"\N" } else { "" };
        let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
        let (table_name, names) = (name(table), names.join(", "));
        let what = match filter {
            Some(filter) => format!("(select {names} from {table_name} as t where {filter})"),
            None => format!("{table_name} ({names})"),
        };
        let sql = format!("copy {what} to stdout with (format csv, header true, null '{null}')");
        if columns.is_empty() {
            return Ok(None);
        }
        let mut file = self.folder.create(&files::file_name(table))?;
        let mut report = |rows| {
            let table = table.clone();
            watch(Saving {
                table,
                rows,
                of: *of,
            });
        };
        stream(client, &sql, table, &mut file, &mut report).await?;
        let (path, sha256) = file.finish()?;
        Ok(Some(ExportedTable {
            table: table.clone(),
            file: path,
            columns,
            null,
            rows: *of,
            sha256,
        }))
    }
}

/// Streams the answer of COPY into a file. The server sends each row by itself, after the header.
async fn stream(
    client: &Client,
    sql: &str,
    table: &ObjectId,
    file: &mut ExportFile,
    report: &mut (dyn FnMut(u64) + Send),
) -> Result<(), ExportError> {
    use futures_util::TryStreamExt as _;

    const REPORT_EVERY: u64 = 1000;
    let refused = |source| ExportError::Copy {
        table: table.clone(),
        source,
    };
    let answer = client.copy_out(sql).await.map_err(refused)?;
    let mut answer = std::pin::pin!(answer);
    let mut rows = 0;
    report(0);
    while let Some(piece) = answer.try_next().await.map_err(refused)? {
        file.write(&piece)?;
        rows += 1;
        if rows % REPORT_EVERY == 0 {
            report(rows);
        }
    }
    report(rows.saturating_sub(1));
    Ok(())
}
