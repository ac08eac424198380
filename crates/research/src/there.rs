//! Whether the store stands in a database.

use lodger_database::connect::Session;
use tokio_postgres::types::Type;

const TABLES: &str = include_str!("there.sql");

/// Do the tables of the newest migration stand in this schema?
///
/// # Errors
/// When the database does not answer.
pub async fn is_there(session: &Session, schema: &str) -> Result<bool, tokio_postgres::Error> {
    let rows = session
        .client
        .query_typed(TABLES, &[(&schema, Type::TEXT)])
        .await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}
