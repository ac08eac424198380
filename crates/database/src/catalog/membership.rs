//! Which objects are part of which extension.

use tokio_postgres::Row;

use super::CatalogError;
use super::row::Cells;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("membership.sql");

pub(super) fn read_all(rows: &[Row], around: &mut Surroundings) -> Result<(), CatalogError> {
    for row in rows {
        let cells = Cells::new(row, "memberships");
        let member = (cells.get("class")?, cells.get("object")?);
        around.extensions.insert(member, cells.get("extension")?);
    }
    Ok(())
}
