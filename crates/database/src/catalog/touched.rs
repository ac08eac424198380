//! A look at a part of the catalog: some objects, with everything that belongs to them.
//!
//! On a throw-away database nobody else changes anything, and after a statement it suffices to look at
//! what that statement wrote: thousands of objects stay as they were.

use lodger_migration::catalog::{Entries, Oid};
use tokio_postgres::{GenericClient, Row, Statement};

use super::rows::Rows;
use super::{BACK, CatalogError, SAVEPOINT, SESSION, failed, shared};

const PARTS: &str = include_str!("parts.sql");

/// Which objects are looked at, by OID. Kinds are not told apart: an OID that an object of another kind
/// has too costs a look at that one.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Relations, types, functions, schemas and publications; what belongs to a relation comes with it.
    pub(crate) objects: Vec<Oid>,
    /// The same, with the relations that they name: targets of foreign keys, owners of sequences.
    pub(crate) surroundings: Vec<Oid>,
}

macro_rules! parts {
    ($($field:ident: $module:ident, $of:ident, $filter:expr;)*) => {
        /// The queries for a part of the catalog, prepared on one connection.
        #[derive(Debug)]
        pub(crate) struct PreparedParts {
            $($field: Statement,)*
        }

        impl PreparedParts {
            /// Prepares every query, all of them at once.
            ///
            /// # Errors
            /// When Postgres refuses one.
            pub(crate) async fn new(client: &impl GenericClient) -> Result<Self, CatalogError> {
                let ($($field,)*) = futures_util::try_join!(
                    $(prepare(client, stringify!($field), super::$module::SQL, $filter.into()),)*
                )?;
                Ok(Self { $($field,)* })
            }

            async fn rows(
                &self,
                client: &impl GenericClient,
                touched: &Touched,
            ) -> Result<Rows, CatalogError> {
                let ($($field,)*) = futures_util::try_join!(
                    $(ask(client, stringify!($field), &self.$field, &touched.$of),)*
                )?;
                Ok(Rows {
                    $($field,)*
                    server: Vec::new(),
                    extensions: Vec::new(),
                    event_triggers: Vec::new(),
                    default_privileges: Vec::new(),
                    settings: Vec::new(),
                    dependencies: Vec::new(),
                })
            }
        }
    };
}

parts! {
    comments: comment, surroundings, format!("it.object in ({PARTS})");
    memberships: membership, surroundings, format!("it.object in ({PARTS})");
    columns: column, surroundings, "it.relation = any ($1)";
    tables: table, surroundings, "it.oid = any ($1)";
    views: view, surroundings, "it.oid = any ($1)";
    schemas: schema, objects, "it.oid = any ($1)";
    types: r#type, objects, "it.oid = any ($1)";
    sequences: sequence, objects, "it.oid = any ($1)";
    functions: function, objects, "it.oid = any ($1)";
    constraints: constraint, objects, "it.relation = any ($1)";
    indexes: index, objects, "it.relation = any ($1)";
    triggers: trigger, objects, "it.relation = any ($1)";
    policies: policy, objects, "it.relation = any ($1)";
    rules: rule, objects, "it.relation = any ($1)";
    publications: publication, objects, "it.oid = any ($1)";
}

impl PreparedParts {
    /// Loads what `touched` names, as the open transaction of `client` sees it. Relations of the
    /// surroundings come without what belongs to them.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub(crate) async fn load(
        &self,
        client: &impl GenericClient,
        touched: &Touched,
    ) -> Result<Entries, CatalogError> {
        let run = async |sql| client.batch_execute(sql).await.map_err(failed("session"));
        // All of it is on its way before the first answer comes back.
        let (.., rows, ()) = futures_util::try_join!(
            run(SAVEPOINT),
            run(SESSION),
            self.rows(client, touched),
            run(BACK),
        )?;
        Ok(shared(rows.entries(&rows.surroundings()?)?))
    }
}

/// The planner looks through the subquery, so that a part costs a look at its rows only.
async fn prepare(
    client: &impl GenericClient,
    name: &'static str,
    text: &str,
    filter: String,
) -> Result<Statement, CatalogError> {
    let part = format!("select it.* from (\n{text}\n) it where {filter}");
    client.prepare(&part).await.map_err(failed(name))
}

async fn ask(
    client: &impl GenericClient,
    name: &'static str,
    statement: &Statement,
    objects: &[Oid],
) -> Result<Vec<Row>, CatalogError> {
    let answer = client.query(statement, &[&objects]).await;
    answer.map_err(failed(name))
}
