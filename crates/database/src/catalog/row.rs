//! One row of an answer, read by column name; a value of the wrong form is an error and no panic.

use std::cell::Cell;
use std::error::Error;

use lodger_migration::catalog::{Entry, Object, Oid};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type, accepts};

use super::surroundings::Surroundings;
use super::{CatalogError, acl};

/// A row, and what was asked for to get it.
pub(super) struct Cells<'a> {
    row: &'a Row,
    query: &'static str,
    /// The column behind the last one: they are mostly read in order, and then none is looked for.
    next: Cell<usize>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: &'a Row, query: &'static str) -> Self {
        Self {
            row,
            query,
            next: Cell::new(0),
        }
    }

    /// The value of a column.
    pub(super) fn get<T: FromSql<'a>>(&self, column: &'static str) -> Result<T, CatalogError> {
        let columns = self.row.columns();
        let next = self.next.get();
        let value = if columns.get(next).is_some_and(|it| it.name() == column) {
            self.next.set(next + 1);
            self.row.try_get(next)
        } else {
            let found = columns.iter().position(|it| it.name() == column);
            self.next.set(found.map_or(next, |it| it + 1));
            self.row.try_get(column)
        };
        value.map_err(|source| CatalogError::Unexpected {
            query: self.query,
            column,
            source,
        })
    }

    /// The value of a column of type `"char"`, Postgres' way to write an enumeration.
    pub(super) fn letter(&self, column: &'static str) -> Result<char, CatalogError> {
        let byte: i8 = self.get(column)?;
        Ok(char::from(byte.cast_unsigned()))
    }

    /// The same, with `None` for the zero byte that stands for "not".
    pub(super) fn optional_letter(
        &self,
        column: &'static str,
    ) -> Result<Option<char>, CatalogError> {
        Ok(Some(self.letter(column)?).filter(|letter| *letter != '\0'))
    }

    /// The texts of an array column in order of the alphabet; none where it is null.
    pub(super) fn sorted(&self, column: &'static str) -> Result<Vec<String>, CatalogError> {
        let mut values: Vec<String> = self.get::<Option<_>>(column)?.unwrap_or_default();
        values.sort_unstable();
        Ok(values)
    }

    /// The entry of an object that is a row of the system catalog `class` and has neither an owner
    /// nor privileges of its own.
    pub(super) fn entry(
        &self,
        class: Oid,
        around: &Surroundings,
        object: Object,
    ) -> Result<Entry, CatalogError> {
        let oid = self.get("oid")?;
        Ok(Entry {
            oid,
            row_version: self.version("row_version")?,
            stored: None,
            owner: None,
            grants: Vec::new(),
            comment: around.comment(class, oid, 0),
            extension: around.extension(class, oid),
            object,
        })
    }

    /// The same for an object that a role owns.
    pub(super) fn owned(
        &self,
        class: Oid,
        around: &Surroundings,
        object: Object,
    ) -> Result<Entry, CatalogError> {
        let mut entry = self.entry(class, around, object)?;
        entry.owner = Some(self.get("owner")?);
        Ok(entry)
    }

    /// The same for an object that a role owns and privileges are held on.
    pub(super) fn granted(
        &self,
        class: Oid,
        around: &Surroundings,
        object: Object,
    ) -> Result<Entry, CatalogError> {
        let mut entry = self.owned(class, around, object)?;
        entry.grants = acl::parse_grants(&self.get::<Vec<&str>>("acl")?);
        Ok(entry)
    }

    /// The entry with the digest of what is stored of it.
    pub(super) fn with_stored(&self, mut entry: Entry) -> Result<Entry, CatalogError> {
        entry.stored = Some(self.get("stored")?);
        Ok(entry)
    }

    /// `xmin`: who wrote the row.
    pub(super) fn version(&self, column: &'static str) -> Result<u32, CatalogError> {
        let version: Option<Xid> = self.get(column)?;
        Ok(version.map_or(0, |it| it.0))
    }
}

/// The number of a transaction, which the driver has no type for.
struct Xid(u32);

impl FromSql<'_> for Xid {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(u32::from_be_bytes(raw.try_into()?)))
    }

    accepts!(XID);
}

/// Takes the version of a second catalog row that an object consists of into account.
pub(super) fn with_second_version(
    mut entry: Entry,
    cells: &Cells<'_>,
) -> Result<Entry, CatalogError> {
    let second = cells.version("second_version")?;
    entry.row_version = entry.row_version.max(second);
    Ok(entry)
}
