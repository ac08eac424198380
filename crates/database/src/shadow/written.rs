//! The tables whose rows a statement writes on a throw-away database, itself or through triggers.

use std::collections::BTreeMap;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::statement::{Statement, StatementKind};

use super::ShadowError;
use crate::connect::Session;

const WRITTEN: &str = include_str!("../apply/rows_written.sql");

/// Rows written so far in the transaction, by table. Also those of statements that were undone.
pub(super) struct Written(BTreeMap<ObjectId, i64>);

impl Written {
    /// Counts, if the statement may write rows.
    pub(super) async fn before(
        session: &Session,
        statement: &Statement,
    ) -> Result<Option<Self>, ShadowError> {
        let writes = matches!(
            statement.kind,
            StatementKind::Call
                | StatementKind::Delete
                | StatementKind::Do
                | StatementKind::Insert
                | StatementKind::Merge
                | StatementKind::Select
                | StatementKind::Update
        );
        if writes {
            Self::count(session).await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// The tables that stood there before and have been written since.
    pub(super) async fn since(
        self,
        session: &Session,
        before: &CatalogSnapshot,
    ) -> Result<Vec<ObjectId>, ShadowError> {
        let now = Self::count(session).await?.0.into_iter();
        Ok(now
            .filter(|(id, count)| self.0.get(id) != Some(count) && before.get(id).is_some())
            .map(|(id, _)| id)
            .collect())
    }

    async fn count(session: &Session) -> Result<Self, ShadowError> {
        let rows = session.client.query_typed(WRITTEN, &[]).await;
        let rows = rows.map_err(|source| ShadowError::Refused {
            what: "to count written rows",
            source,
        })?;
        let table = |row: &tokio_postgres::Row| {
            let (schema, table): (&str, &str) = (row.get(0), row.get(1));
            (
                ObjectId::in_schema(ObjectKind::Table, schema, table),
                row.get(2),
            )
        };
        Ok(Self(rows.iter().map(table).collect()))
    }
}
