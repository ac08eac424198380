//! Rows of an answer as values of ours.

use lodger_database::scoped::Row;
use lodger_database::scoped::types::{FromSql, Type};

use crate::{Error, Result};

/// One column, which the statement is known to select.
pub(crate) fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T> {
    row.try_get(name)
        .map_err(|error| Error::internal(format!("column {name}: {error}")))
}

pub(crate) const UUID: Type = Type::UUID;

pub(crate) const UUIDS: Type = Type::UUID_ARRAY;
pub(crate) const TEXT: Type = Type::TEXT;
pub(crate) const TEXTS: Type = Type::TEXT_ARRAY;
pub(crate) const JSON: Type = Type::JSONB;
pub(crate) const INTEGER: Type = Type::INT4;
pub(crate) const BIGINT: Type = Type::INT8;
pub(crate) const BOOLEAN: Type = Type::BOOL;
pub(crate) const BYTES: Type = Type::BYTEA;
pub(crate) const TIME: Type = Type::TIMESTAMPTZ;
pub(crate) const NUMBER: Type = Type::FLOAT8;
