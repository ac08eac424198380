//! SARIF 2.1.0, the OASIS standard that code hosts read: the document's types, and how findings become one.

use lodger_migration::diagnostic::{Diagnostic, Fix, Location, Severity, Span};
use lodger_migration::hex;
use lodger_migration::migration::Migration;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::Findings;
use crate::rules;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const VERSION: &str = "2.1.0";

/// What must not stand in the path of a URI (RFC 3986, section 3.3).
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

#[derive(Debug, Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    /// Lodger counts columns in characters.
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<ResultObject>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

/// A rule that has findings.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
}

#[derive(Debug, Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<LocationObject>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject>,
}

/// The same finding has the same one after lines were added above it.
#[derive(Debug, Serialize)]
struct Fingerprints {
    #[serde(rename = "lodger/v1")]
    lodger: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationObject {
    physical_location: PhysicalLocation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    /// The column behind the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// The findings as one document.
pub(crate) fn render(findings: &Findings<'_>) -> Result<String, serde_json::Error> {
    let mut ids: Vec<&str> = findings.diagnostics.iter().map(|it| &*it.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut results: Vec<ResultObject> = findings
        .diagnostics
        .iter()
        .map(|it| result(it, &ids, findings))
        .collect();
    let failed = findings
        .checks
        .iter()
        .flat_map(|it| &it.checks)
        .filter(|it| !it.passed);
    results.extend(failed.map(|it| of_check(&it.name, it.detail.as_deref())));
    let notifications = findings.obstacles.iter().map(|it| Notification {
        level: "error",
        message: message(it),
    });
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "lodger",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: ids.iter().map(|id| descriptor(id)).collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications.collect(),
        }],
        results,
    };
    serde_json::to_string_pretty(&Log {
        schema: SCHEMA,
        version: VERSION,
        runs: [run],
    })
}

fn message(text: &str) -> Message {
    Message {
        text: text.to_owned(),
    }
}

fn descriptor(id: &str) -> Descriptor {
    let page = rules::pages().into_iter().find(|it| it.id == id);
    let summary = page
        .as_ref()
        .map_or_else(|| id.to_owned(), |it| it.summary.clone());
    Descriptor {
        id: id.to_owned(),
        short_description: message(&summary),
        help: page.map(|it| Help {
            text: format!("`lodger rule {id}` explains it."),
            markdown: it.text,
        }),
    }
}

fn result(it: &Diagnostic, ids: &[&str], findings: &Findings<'_>) -> ResultObject {
    let at = it.location.as_ref();
    let migration = at.and_then(|at| findings.migrations.iter().find(|it| it.file == at.file));
    let text = match &it.help {
        Some(help) => format!("{} {help}", it.message),
        None => it.message.clone(),
    };
    let fix = it.fix.as_ref().zip(migration);
    ResultObject {
        rule_id: it.rule.to_string(),
        rule_index: ids.iter().position(|id| *id == it.rule),
        level: match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        },
        message: message(&text),
        locations: at.map(|at| location(at, migration)).into_iter().collect(),
        partial_fingerprints: fingerprint(&[&it.rule, at.map_or("", |at| &at.file), &it.message]),
        fixes: fix
            .map(|(fix, migration)| fix_object(fix, migration))
            .into_iter()
            .collect(),
    }
}

fn of_check(name: &str, detail: Option<&str>) -> ResultObject {
    let text = detail.map_or_else(|| name.to_owned(), |detail| format!("{name}: {detail}"));
    ResultObject {
        rule_id: "check".to_owned(),
        rule_index: None,
        level: "error",
        message: message(&text),
        locations: Vec::new(),
        partial_fingerprints: fingerprint(&["check", name]),
        fixes: Vec::new(),
    }
}

fn fingerprint(parts: &[&str]) -> Fingerprints {
    let digest = hex::sha256(parts.join("\0").as_bytes());
    Fingerprints {
        lodger: digest.chars().take(32).collect(),
    }
}

fn location(at: &Location, migration: Option<&Migration>) -> LocationObject {
    LocationObject {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&at.file),
            region: match migration {
                Some(migration) => region(migration, at.span),
                None => Region {
                    start_line: at.line,
                    start_column: at.column,
                    end_line: None,
                    end_column: None,
                },
            },
        },
    }
}

fn region(migration: &Migration, span: Span) -> Region {
    let start = migration.location(span);
    let end = migration.location(Span {
        start: span.end,
        end: span.end,
    });
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: Some(end.line),
        end_column: Some(end.column),
    }
}

/// A relative path is one from the root of the sources.
fn artifact(file: &str) -> ArtifactLocation {
    let path = utf8_percent_encode(file.trim_start_matches("./"), NOT_IN_PATH).to_string();
    if path.starts_with('/') {
        return ArtifactLocation {
            uri: format!("file://{path}"),
            uri_base_id: None,
        };
    }
    ArtifactLocation {
        uri: path,
        uri_base_id: Some("%SRCROOT%"),
    }
}

fn fix_object(fix: &Fix, migration: &Migration) -> FixObject {
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: region(migration, edit.span),
        inserted_content: message(&edit.text),
    });
    FixObject {
        description: message(&fix.title),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(&migration.file),
            replacements: replacements.collect(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_document() {
        let (migrations, diagnostics) = sample::findings();
        let findings = Findings {
            migrations: &migrations,
            diagnostics: &diagnostics,
            obstacles: vec!["1 was edited".to_owned()],
            ..Findings::default()
        };
        let version = env!("CARGO_PKG_VERSION");
        let text = render(&findings)
            .unwrap()
            .replace(&format!("\"{version}\""), "\"VERSION\"");
        let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for rule in document["runs"][0]["tool"]["driver"]["rules"]
            .as_array_mut()
            .unwrap()
        {
            assert!(
                rule["help"]["markdown"]
                    .as_str()
                    .unwrap()
                    .contains("## Why it hurts")
            );
            rule["help"]["markdown"] = "…".into();
        }
        insta::assert_json_snapshot!(document);
    }
}
