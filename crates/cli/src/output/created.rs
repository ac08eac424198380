//! The report of a command that made files.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::Report;
use super::json::{SCHEMA_VERSION, document};
use crate::context::Context;
use crate::error::ExitStatus;

/// Files and folders that were made.
#[derive(Debug)]
pub(crate) struct Created {
    /// What was made, in order.
    pub(crate) paths: Vec<PathBuf>,
    /// What the reader may want to know or do next.
    pub(crate) next: Vec<String>,
}

/// The document that is printed of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CreatedJson<'a> {
    schema_version: u32,
    created: &'a [PathBuf],
}

impl Report for Created {
    fn human(&self, context: &Context) -> String {
        let made = self
            .paths
            .iter()
            .map(|path| format!("created {}\n", path.display()));
        let next = self
            .next
            .iter()
            .filter(|_| !context.quiet)
            .map(|it| format!("note: {it}\n"));
        made.chain(next).collect()
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&CreatedJson {
            schema_version: SCHEMA_VERSION,
            created: &self.paths,
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}
