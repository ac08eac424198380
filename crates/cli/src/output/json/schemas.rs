//! The JSON Schemas of what Lodger prints and of what it reads, made from the types themselves.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use crate::commands::{completions, fix, lint, map, rule, status, transfer};
use crate::config;
use crate::output::created::CreatedJson;

use super::{AdoptJson, ApplyJson, CheckedJson, PlanJson, RepairJson, RollbackJson};

/// Every schema with the name of its file: a command's for what it prints, `lodger.toml` for the
/// configuration.
pub(crate) fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("adopt", of::<AdoptJson<'_>>()),
        ("apply", of::<ApplyJson<'_>>()),
        ("completions", of::<completions::CompletionsJson<'_>>()),
        ("fix", of::<fix::FixJson<'_>>()),
        ("init", of::<CreatedJson<'_>>()),
        ("lint", of::<lint::LintJson<'_>>()),
        ("lodger.toml", read::<config::Written>()),
        ("man", of::<CreatedJson<'_>>()),
        ("map", of::<map::MapJson<'_>>()),
        ("new", of::<CreatedJson<'_>>()),
        ("plan", of::<PlanJson<'_>>()),
        ("rehearse", of::<CheckedJson<'_>>()),
        ("repair", of::<RepairJson<'_>>()),
        ("rollback", of::<RollbackJson<'_>>()),
        ("rule", of::<rule::RulesJson<'_>>()),
        ("status", of::<status::StatusJson<'_>>()),
        ("transfer", of::<transfer::TransferJson>()),
        ("verify", of::<CheckedJson<'_>>()),
    ]
}

/// The schema of a document that is printed. More fields may come under one `schema_version`.
fn of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// The schema of a document that is read.
fn read<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft07().for_deserialize();
    settings.into_generator().into_root_schema_for::<T>()
}
