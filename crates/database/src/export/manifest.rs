//! The manifest of an export: what was saved, from where, and how to load it again.

use lodger_migration::catalog::Server;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::ExportedTable;
use crate::sql::{name, quoted};

/// The contract's number.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Manifest<'a> {
    schema_version: u32,
    project: &'a str,
    database: &'a str,
    server_version: &'a str,
    taken_at: Option<String>,
    tables: Vec<TableRecord<'a>>,
}

#[derive(Serialize)]
struct TableRecord<'a> {
    schema: Option<&'a str>,
    table: &'a str,
    file: String,
    rows: u64,
    sha256: &'a str,
    columns: Vec<ColumnRecord<'a>>,
    /// The psql command that loads it.
    restore: String,
}

#[derive(Serialize)]
struct ColumnRecord<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    data_type: &'a str,
}

/// The manifest's text.
pub(super) fn render(project: &str, server: &Server, tables: &[ExportedTable]) -> String {
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        project,
        database: &server.database,
        server_version: &server.version,
        taken_at: OffsetDateTime::now_utc().format(&Rfc3339).ok(),
        tables: tables.iter().map(record).collect(),
    };
    // A structure of strings and numbers always has a JSON form.
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    text
}

fn record(it: &ExportedTable) -> TableRecord<'_> {
    let file = it.file.file_name().unwrap_or_default();
    let file = file.to_string_lossy().into_owned();
    let columns: Vec<String> = it.columns.iter().map(|(name, _)| quoted(name)).collect();
    TableRecord {
        schema: it.table.schema.as_deref(),
        table: &it.table.name,
        rows: it.rows,
        sha256: &it.sha256,
        restore: format!(
            "\\copy {} ({}) from '{file}' with (format csv, header true, null '{}')",
            name(&it.table),
            columns.join(", "),
            it.null
        ),
        file,
        columns: it
            .columns
            .iter()
            .map(|(name, data_type)| ColumnRecord { name, data_type })
            .collect(),
    }
}
