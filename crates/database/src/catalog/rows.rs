//! The answers to all queries, and their way into a snapshot.

use std::collections::BTreeMap;

use lodger_migration::catalog::Entry;
use lodger_migration::object::ObjectId;
use tokio_postgres::{GenericClient, Row, Statement};

use super::row::Cells;
use super::surroundings::Surroundings;
use super::{CatalogError, failed};

/// An object of the catalog, or `None` when what it belongs to is not in the snapshot.
pub(super) type Read = Result<Option<(ObjectId, Entry)>, CatalogError>;

/// Reads one kind of object.
pub(super) type Reader = fn(&Cells<'_>, &Surroundings) -> Read;

macro_rules! queries {
    ($($field:ident: $module:ident $(or $outline:ident)?),* $(,)?) => {
        /// The rows of every query.
        #[derive(Debug)]
        pub(super) struct Rows {
            $(pub(super) $field: Vec<Row>,)*
        }

        impl Rows {
            /// Sends every query at once and waits for the answers.
            pub(super) async fn load(
                client: &impl GenericClient,
                how: How<'_>,
            ) -> Result<Self, CatalogError> {
                let ($($field,)*) = futures_util::try_join!($(
                    async {
                        let query = match how {
                            How::Whole => Query::Text(super::$module::SQL),
                            #[cfg(feature = "embedded")]
                            // The first of the two, where there are two.
                            How::Outline => Query::Text([$(super::$module::$outline,)? super::$module::SQL][0]),
                            How::Again(prepared) => Query::Prepared(&prepared.$field),
                        };
                        ask(client, stringify!($field), query).await
                    },
                )*)?;
                Ok(Self { $($field,)* })
            }
        }

        /// The queries, prepared on one connection.
        #[derive(Debug)]
        pub(crate) struct Prepared {
            $($field: Statement,)*
        }

        impl Prepared {
            /// Prepares every query, all of them at once.
            pub(super) async fn new(client: &impl GenericClient) -> Result<Self, CatalogError> {
                let ($($field,)*) = futures_util::try_join!(
                    $(prepare(client, stringify!($field), super::$module::SQL),)*
                )?;
                Ok(Self { $($field,)* })
            }
        }
    };
}

queries! {
    server: server,
    comments: comment,
    memberships: membership,
    schemas: schema,
    extensions: extension,
    columns: column,
    types: r#type,
    sequences: sequence,
    tables: table,
    views: view,
    functions: function,
    constraints: constraint,
    indexes: index or OUTLINE,
    triggers: trigger,
    event_triggers: event_trigger,
    policies: policy or OUTLINE,
    rules: rule,
    publications: publication,
    default_privileges: default_privileges,
    settings: setting,
    dependencies: dependency,
}

/// How a catalog is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum How<'a> {
    /// All of it.
    Whole,
    /// Without what Postgres has to open a table for to print it: definitions of indexes, expressions of policies.
    #[cfg(feature = "embedded")]
    Outline,
    /// All of it, with queries that are prepared.
    Again(&'a Prepared),
}

enum Query<'a> {
    Text(&'a str),
    Prepared(&'a Statement),
}

/// Without a prepared statement the query is sent with everything else in one message: preparing it
/// beforehand would cost a round trip, and a pooler might lose it.
async fn ask(
    client: &impl GenericClient,
    name: &'static str,
    query: Query<'_>,
) -> Result<Vec<Row>, CatalogError> {
    let answer = match query {
        Query::Prepared(statement) => client.query(statement, &[]).await,
        Query::Text(text) => client.query_typed(text, &[]).await,
    };
    answer.map_err(failed(name))
}

async fn prepare(
    client: &impl GenericClient,
    name: &'static str,
    text: &str,
) -> Result<Statement, CatalogError> {
    client.prepare(text).await.map_err(failed(name))
}

impl Rows {
    /// What the rows of several kinds refer to.
    pub(super) fn surroundings(&self) -> Result<Surroundings, CatalogError> {
        let mut around = Surroundings::default();
        super::membership::read_all(&self.memberships, &mut around)?;
        self.note(&mut around)?;
        Ok(around)
    }

    /// Adds what these rows say to what is known.
    pub(super) fn note(&self, around: &mut Surroundings) -> Result<(), CatalogError> {
        super::comment::read_all(&self.comments, around)?;
        super::column::read_all(&self.columns, around)?;
        for (rows, query) in [(&self.tables, "tables"), (&self.views, "views")] {
            for row in rows {
                let cells = Cells::new(row, query);
                let name = (cells.get("schema")?, cells.get("name")?);
                around.relations.insert(cells.get("oid")?, name);
            }
        }
        super::constraint::read_backing(&self.constraints, around)
    }

    /// Every object, by identity.
    pub(super) fn entries(
        &self,
        around: &Surroundings,
    ) -> Result<BTreeMap<ObjectId, Entry>, CatalogError> {
        let kinds: [(&'static str, &Vec<Row>, Reader); 16] = [
            ("schemas", &self.schemas, super::schema::read),
            ("extensions", &self.extensions, super::extension::read),
            ("types", &self.types, super::r#type::read),
            ("sequences", &self.sequences, super::sequence::read),
            ("tables", &self.tables, super::table::read),
            ("views", &self.views, super::view::read),
            ("functions", &self.functions, super::function::read),
            ("constraints", &self.constraints, super::constraint::read),
            ("indexes", &self.indexes, super::index::read),
            ("triggers", &self.triggers, super::trigger::read),
            (
                "event triggers",
                &self.event_triggers,
                super::event_trigger::read,
            ),
            ("policies", &self.policies, super::policy::read),
            ("rules", &self.rules, super::rule::read),
            ("publications", &self.publications, super::publication::read),
            (
                "default privileges",
                &self.default_privileges,
                super::default_privileges::read,
            ),
            ("settings", &self.settings, super::setting::read),
        ];
        let mut entries = BTreeMap::new();
        for (query, rows, read) in kinds {
            for row in rows {
                entries.extend(read(&Cells::new(row, query), around)?);
            }
        }
        Ok(entries)
    }
}
