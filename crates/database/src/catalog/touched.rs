//! A look at a part of the catalog: some objects, with what belongs to them.
//!
//! On a throw-away database nobody else changes anything, and after a statement it suffices to look at
//! what that statement wrote: thousands of objects stay as they were.

use futures_util::future::try_join;
use lodger_migration::catalog::{Entries, Oid};
use tokio_postgres::{GenericClient, Row, Statement};

use super::rows::Rows;
use super::surroundings::Surroundings;
use super::{BACK, CatalogError, SAVEPOINT, SESSION, failed, shared};

/// Takes back what [`PreparedParts::begin`] set.
pub(crate) const END: &str = BACK;
/// Plans are made while there are few rows, where it seems best to read all of them, and used when there
/// are many. A merge or a hash goes through all rows of one side even where an index gives their order.
const BY_INDEX: &str = ",
       pg_catalog.set_config('enable_seqscan', 'off', true),
       pg_catalog.set_config('enable_mergejoin', 'off', true),
       pg_catalog.set_config('enable_hashjoin', 'off', true)";
const PARTS: &str = include_str!("parts.sql");
/// What is touched, and the relations that are looked at themselves: settings, of the transaction that looks.
const OBJECTS: &str = "pg_catalog.current_setting('lodger.objects')::pg_catalog.oid[]";
const RELATIONS: &str = "pg_catalog.current_setting('lodger.relations')::pg_catalog.oid[]";

/// Which objects are looked at, by OID. Kinds are not told apart: an OID that an object of another kind
/// has too costs a look at that one.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Relations, types, functions, schemas and publications.
    pub(crate) objects: Vec<Oid>,
    /// The relations among them that are looked at themselves, and not only what belongs to them.
    pub(crate) relations: Vec<Oid>,
    /// The kinds that are looked at.
    pub(crate) kinds: Kinds,
}

/// Kinds of object that are looked at. Of a relation, what belongs to it.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Kinds {
    pub(crate) columns: bool,
    pub(crate) tables: bool,
    pub(crate) views: bool,
    pub(crate) schemas: bool,
    pub(crate) types: bool,
    pub(crate) sequences: bool,
    pub(crate) functions: bool,
    pub(crate) constraints: bool,
    pub(crate) indexes: bool,
    pub(crate) triggers: bool,
    pub(crate) policies: bool,
    pub(crate) rules: bool,
    pub(crate) publications: bool,
    pub(crate) comments: bool,
}

macro_rules! parts {
    ($($field:ident: $module:ident, $filter:expr;)*) => {
        /// The queries for a part of the catalog, prepared on one connection.
        #[derive(Debug)]
        pub(crate) struct PreparedParts {
            settings: Statement,
            $($field: Statement,)*
        }

        impl PreparedParts {
            /// Prepares every query, all of them at once.
            ///
            /// # Errors
            /// When Postgres refuses one.
            pub(crate) async fn new(client: &impl GenericClient) -> Result<Self, CatalogError> {
                let settings = format!("{SESSION}{BY_INDEX}");
                let (settings, $($field,)*) = futures_util::try_join!(
                    async { client.prepare(&settings).await.map_err(failed("session")) },
                    $(prepare(client, stringify!($field), super::$module::SQL, $filter),)*
                )?;
                Ok(Self { settings, $($field,)* })
            }

            /// Asks for what is touched of these kinds. [`OBJECTS`] and [`RELATIONS`] say what that is, so that
            /// who knows the kinds can ask before the answer to what is touched comes back.
            ///
            /// # Errors
            /// [`CatalogError`].
            pub(crate) async fn rows(
                &self,
                client: &impl GenericClient,
                kinds: Kinds,
            ) -> Result<PartRows, CatalogError> {
                let ($($field,)*) = futures_util::try_join!(
                    $(async {
                        if kinds.$field {
                            ask(client, stringify!($field), &self.$field).await
                        } else {
                            Ok(Vec::new())
                        }
                    },)*
                )?;
                Ok(PartRows(Rows {
                    $($field,)*
                    server: Vec::new(),
                    memberships: Vec::new(),
                    extensions: Vec::new(),
                    event_triggers: Vec::new(),
                    default_privileges: Vec::new(),
                    settings: Vec::new(),
                    dependencies: Vec::new(),
                }))
            }
        }

        impl Kinds {
            /// Are all of these kinds among `asked`?
            pub(crate) fn are_among(self, asked: Self) -> bool {
                $((asked.$field || !self.$field))&&*
            }
        }

        impl PartRows {
            /// The rows of these kinds, without those that were not to be looked at.
            fn only(mut self, kinds: Kinds) -> Rows {
                $(if !kinds.$field {
                    self.0.$field.clear();
                })*
                self.0
            }
        }
    };
}

parts! {
    comments: comment, format!("it.object = any (array({}))", PARTS.replace("$1", OBJECTS));
    columns: column, any("relation", RELATIONS);
    tables: table, any("oid", RELATIONS);
    views: view, any("oid", RELATIONS);
    schemas: schema, any("oid", OBJECTS);
    types: r#type, any("oid", OBJECTS);
    sequences: sequence, any("oid", OBJECTS);
    functions: function, any("oid", OBJECTS);
    constraints: constraint, any("relation", OBJECTS);
    indexes: index, any("relation", OBJECTS);
    triggers: trigger, any("relation", OBJECTS);
    policies: policy, any("relation", OBJECTS);
    rules: rule, any("relation", OBJECTS);
    publications: publication, any("oid", OBJECTS);
}

impl PreparedParts {
    /// Begins a look: what it needs is set in a subtransaction, until [`END`] is executed.
    ///
    /// # Errors
    /// When Postgres refuses.
    pub(crate) async fn begin(&self, client: &impl GenericClient) -> Result<(), CatalogError> {
        // Both are on their way before the first answer comes back.
        let begun = try_join(
            client.batch_execute(SAVEPOINT),
            client.query(&self.settings, &[]),
        );
        begun.await.map(drop).map_err(failed("session"))
    }
}

/// What was answered about a part of the catalog.
#[derive(Debug)]
pub(crate) struct PartRows(Rows);

impl PartRows {
    /// What `touched` names. `around` is what is known of everything else, and is brought up to date. What is
    /// part of an extension stays so: only CREATE and ALTER EXTENSION change that.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub(crate) fn entries(
        self,
        touched: &Touched,
        around: &mut Surroundings,
    ) -> Result<Entries, CatalogError> {
        let rows = self.only(touched.kinds);
        if touched.kinds.columns {
            for relation in &touched.relations {
                around.columns.remove(relation);
                around.versions.remove(relation);
            }
        }
        rows.note(around)?;
        Ok(shared(rows.entries(around)?))
    }
}

/// A condition on an OID of the row.
pub(super) fn any(column: &str, which: &str) -> String {
    format!("it.{column} = any ({which})")
}

/// The planner looks through the subquery, so that a part costs a look at its rows only.
pub(super) fn part(text: &str, filter: &str) -> String {
    format!("select it.* from (\n{text}\n) it where {filter}")
}

async fn prepare(
    client: &impl GenericClient,
    name: &'static str,
    text: &str,
    filter: String,
) -> Result<Statement, CatalogError> {
    let part = client.prepare(&part(text, &filter)).await;
    part.map_err(failed(name))
}

async fn ask(
    client: &impl GenericClient,
    name: &'static str,
    statement: &Statement,
) -> Result<Vec<Row>, CatalogError> {
    let answer = client.query(statement, &[]).await;
    answer.map_err(failed(name))
}
