//! Functions, procedures, aggregates and window functions.

use lodger_migration::catalog::{Function, Object};
use lodger_migration::object::ObjectId;

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("function.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let text = |column| Ok(cells.get::<Option<String>>(column)?.unwrap_or_default());
    let function = Function {
        kind: cells.letter("kind")?,
        result: text("result")?,
        language: cells.get("language")?,
        body: text("body")?,
        security_definer: cells.get("security_definer")?,
        volatility: cells.letter("volatility")?,
        strict: cells.get("strict")?,
        settings: cells.sorted("settings")?,
        definition: text("definition")?,
        arguments: text("arguments")?,
    };
    let id = ObjectId::function(
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
        cells.get::<String>("argument_types")?,
    );
    Ok(Some((
        id,
        cells.granted(class::PROC, around, Object::Function(function))?,
    )))
}
