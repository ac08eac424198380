//! A finding.

use lodger_migration::diagnostic::{Diagnostic, Fix};
use schemars::JsonSchema;
use serde::Serialize;

use super::ObjectJson;

/// One entry of `diagnostics`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DiagnosticJson<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    migration: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    object: Option<ObjectJson<'a>>,
    help: Option<&'a str>,
    fix: Option<FixJson<'a>>,
}

/// Edits of the finding's file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FixJson<'a> {
    title: &'a str,
    edits: Vec<EditJson<'a>>,
}

/// Replace the bytes from `start` up to `end` by `text`.
#[derive(Debug, Serialize, JsonSchema)]
struct EditJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

impl<'a> DiagnosticJson<'a> {
    /// All findings, in the order given.
    pub(crate) fn list(diagnostics: &'a [Diagnostic]) -> Vec<Self> {
        diagnostics.iter().map(Self::from).collect()
    }
}

impl<'a> From<&'a Diagnostic> for DiagnosticJson<'a> {
    fn from(it: &'a Diagnostic) -> Self {
        let location = it.location.as_ref();
        Self {
            rule: &it.rule,
            severity: it.severity.as_str(),
            message: &it.message,
            migration: location.map(|it| it.migration.as_str()),
            file: location.map(|it| it.file.as_str()),
            line: location.map(|it| it.line),
            column: location.map(|it| it.column),
            object: it.object.as_ref().map(ObjectJson::from),
            help: it.help.as_deref(),
            fix: it.fix.as_ref().map(FixJson::from),
        }
    }
}

impl<'a> From<&'a Fix> for FixJson<'a> {
    fn from(fix: &'a Fix) -> Self {
        let edit = |it: &'a lodger_migration::diagnostic::Edit| EditJson {
            start: it.span.start,
            end: it.span.end,
            text: &it.text,
        };
        Self {
            title: &fix.title,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}
