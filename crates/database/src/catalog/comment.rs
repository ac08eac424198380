//! Comments, by the object they are about.

use tokio_postgres::Row;

use super::CatalogError;
use super::row::Cells;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("comment.sql");

pub(super) fn read_all(rows: &[Row], around: &mut Surroundings) -> Result<(), CatalogError> {
    for row in rows {
        let cells = Cells::new(row, "comments");
        let about = (
            cells.get("class")?,
            cells.get("object")?,
            cells.get("part")?,
        );
        around.comments.insert(about, cells.get("text")?);
    }
    Ok(())
}
