//! A database object by its identity.

use lodger_migration::object::ObjectId;
use schemars::JsonSchema;
use serde::Serialize;

/// `{"kind": "table", "schema": "public", "name": "users"}`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ObjectJson<'a> {
    kind: &'a str,
    schema: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<&'a str>,
}

impl<'a> From<&'a ObjectId> for ObjectJson<'a> {
    fn from(id: &'a ObjectId) -> Self {
        Self {
            kind: id.kind.as_str(),
            schema: id.schema.as_deref(),
            table: id.table.as_deref(),
            name: &id.name,
            arguments: id.arguments.as_deref(),
        }
    }
}
