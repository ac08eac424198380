//! Rows of an answer, whose columns are read when they are asked for.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use fallible_iterator::FallibleIterator as _;
use postgres_protocol::Oid;
use postgres_protocol::message::backend::RowDescriptionBody;
use tokio_postgres::types::{FromSql, Kind, Type};

/// Before the columns' values stands how many there are.
const COUNT: usize = 2;

/// A column's value cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {reason}")]
pub struct ColumnError {
    column: String,
    reason: String,
}

/// The columns of a statement's answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns(Vec<(String, Type)>);

impl Columns {
    pub(super) fn read(body: &RowDescriptionBody) -> io::Result<Self> {
        let columns = body
            .fields()
            .map(|it| Ok((it.name().to_owned(), type_of(it.type_oid()))));
        columns.collect().map(Self)
    }
}

/// A type by its number; one that not every database has is told apart only from those that do.
pub(super) fn type_of(oid: Oid) -> Type {
    Type::from_oid(oid).unwrap_or_else(|| {
        let name = format!("number {oid}, which is this database's own");
        Type::new(name, oid, Kind::Simple, String::new())
    })
}

/// A row of an answer.
pub struct Row {
    columns: Arc<Columns>,
    values: Bytes,
    /// The column after the one that was read last, and where its value begins: those who read all columns in their order
    /// find each at once.
    next: AtomicU64,
}

impl fmt::Debug for Row {
    /// Without the values, which are somebody's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Row").field(&self.columns).finish()
    }
}

impl Row {
    /// `values` as the server sent them, after the head of the message.
    pub(super) fn new(columns: Arc<Columns>, values: Bytes) -> Self {
        Self {
            columns,
            values,
            next: AtomicU64::new(packed(0, COUNT)),
        }
    }

    /// The value of a column.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn try_get<'a, T: FromSql<'a>>(&'a self, column: &str) -> Result<T, ColumnError> {
        let failed = |reason: String| ColumnError {
            column: column.to_owned(),
            reason,
        };
        let (place, kind) = self
            .place_of(column)
            .ok_or_else(|| failed("there is none".to_owned()))?;
        if !T::accepts(kind) {
            return Err(failed(format!("its type is {kind}")));
        }
        let (value, _) = self
            .value(place)
            .ok_or_else(|| failed("the row ends before it".to_owned()))?;
        T::from_sql_nullable(kind, value).map_err(|error| failed(error.to_string()))
    }

    fn place_of(&self, name: &str) -> Option<(usize, &Type)> {
        let columns = &self.columns.0;
        let (next, _) = unpacked(self.next.load(Ordering::Relaxed));
        if let Some((_, kind)) = columns.get(next).filter(|(it, _)| it == name) {
            return Some((next, kind));
        }
        let found = columns.iter().enumerate().find(|(_, (it, _))| it == name);
        found.map(|(place, (_, kind))| (place, kind))
    }

    /// The value at a place, as [`Row::value_at`] gives it; nothing when the row is shorter.
    fn value(&self, place: usize) -> Option<(Option<&[u8]>, usize)> {
        let (mut at, mut offset) = unpacked(self.next.load(Ordering::Relaxed));
        if at > place {
            (at, offset) = (0, COUNT);
        }
        loop {
            let (value, after) = self.value_at(offset)?;
            if at == place {
                self.next.store(packed(at + 1, after), Ordering::Relaxed);
                return Some((value, after));
            }
            (at, offset) = (at + 1, after);
        }
    }

    /// The bytes of the value that begins at an offset, unless it is null, and where the one after it begins.
    fn value_at(&self, offset: usize) -> Option<(Option<&[u8]>, usize)> {
        let begins = offset.checked_add(4)?;
        let length: [u8; 4] = self.values.get(offset..begins)?.try_into().ok()?;
        // null has the length -1
        let Ok(length) = usize::try_from(i32::from_be_bytes(length)) else {
            return Some((None, begins));
        };
        let ends = begins.checked_add(length)?;
        Some((Some(self.values.get(begins..ends)?), ends))
    }
}

/// Messages are shorter than 2 GiB, and have at most 65,535 columns.
fn packed(place: usize, offset: usize) -> u64 {
    ((place as u64) << 32) | (offset as u64 & u64::from(u32::MAX))
}

fn unpacked(packed: u64) -> (usize, usize) {
    let part = |it: u64| usize::try_from(it & u64::from(u32::MAX)).unwrap_or(usize::MAX);
    (part(packed >> 32), part(packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[Option<&[u8]>]) -> Row {
        let named = |(at, _): (usize, _)| (format!("c{at}"), Type::TEXT);
        let columns = values.iter().enumerate().map(named).collect();
        let mut bytes = u16::try_from(values.len()).unwrap().to_be_bytes().to_vec();
        for value in values {
            let length = value.map_or(-1, |it| i32::try_from(it.len()).unwrap());
            bytes.extend(length.to_be_bytes());
            bytes.extend(value.unwrap_or_default());
        }
        Row::new(Arc::new(Columns(columns)), bytes.into())
    }

    #[test]
    fn columns_are_read_in_any_order_and_again() {
        let row = row(&[Some(b"a"), None, Some(b""), Some(b"dd")]);
        for name in ["c0", "c3", "c2", "c2", "c0", "c3"] {
            let expected = match name {
                "c0" => "a",
                "c3" => "dd",
                _ => "",
            };
            assert_eq!(row.try_get::<&str>(name), Ok(expected));
        }
        assert_eq!(row.try_get::<Option<&str>>("c1"), Ok(None));
        assert!(row.try_get::<&str>("c1").is_err(), "null is no text");
    }

    #[test]
    fn what_is_not_there_is_an_error_and_no_panic() {
        let row = row(&[Some(b"a")]);
        let error = row.try_get::<&str>("c1").unwrap_err().to_string();
        assert_eq!(error, "column c1: there is none");
        assert!(row.try_get::<i32>("c0").is_err(), "another type");
        let columns = || Arc::new(Columns(vec![("c0".to_owned(), Type::TEXT)]));
        for cut in [
            &b""[..],
            b"\0",
            b"\0\x01",
            b"\0\x01\0\0\0",
            b"\0\x01\0\0\0\x02a",
        ] {
            let row = Row::new(columns(), Bytes::copy_from_slice(cut));
            assert!(row.try_get::<&str>("c0").is_err(), "{cut:?}");
        }
    }

    #[test]
    fn a_type_of_one_database_is_read_as_none_of_ours() {
        let columns = Arc::new(Columns(vec![("c0".to_owned(), type_of(16_400))]));
        let row = Row::new(columns, Bytes::from_static(b"\0\x01\0\0\0\x01a"));
        let error = row.try_get::<&str>("c0").unwrap_err().to_string();
        assert!(error.contains("16400"), "{error}");
    }
}
