//! The transaction that is always rolled back: whoever plays a part in it, what they do is undone or
//! kept up to its end, and an error is an answer.

use futures_util::future::try_join;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::RehearseError;

const BECOME: &str = include_str!("become.sql");
const SESSION: &str = include_str!("session.sql");
/// Read everything as of one instant, and wait for nobody: people sign in meanwhile.
const BEGIN: &str = "begin isolation level repeatable read; set local lock_timeout = '1s'; \
                     set local standard_conforming_strings = on";

/// Somebody who does something: a role with the claims of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actor {
    /// The role, or `none` for the one that logged in.
    pub role: String,
    /// The token's claims as JSON; empty for none.
    pub claims: String,
    /// The role's own `statement_timeout`; `None` for the session's.
    pub statement_timeout: Option<String>,
    /// Where unqualified names are looked up.
    pub search_path: String,
}

/// Postgres refused something, and the transaction goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub sqlstate: String,
    pub message: String,
    pub constraint: Option<String>,
    pub data_type: Option<String>,
    /// `schema.table` that the error is about.
    pub table: Option<String>,
    /// The functions it came from.
    pub context: Option<String>,
}

impl Refusal {
    /// A right is missing, or row-level security is against it.
    pub(super) fn is_denial(&self) -> bool {
        self.sqlstate == "42501"
    }

    /// It was row-level security.
    pub(super) fn is_by_policy(&self) -> bool {
        self.is_denial() && self.message.contains("row-level security")
    }
}

/// What became of a statement.
pub(super) type Answer<T> = Result<T, Refusal>;

/// The open transaction.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    client: &'a Client,
    /// The connecting role, as the session was.
    pub me: Actor,
    /// Its name.
    pub my_name: String,
}

/// What is left of a statement when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Keep,
    Undo,
}

impl<'a> Stage<'a> {
    /// Begins the transaction.
    pub(super) async fn begin(client: &'a Client) -> Result<Self, RehearseError> {
        let begun = try_join(
            client.batch_execute(BEGIN),
            client.query_typed_one(SESSION, &[]),
        );
        let row = match begun.await {
            Ok(((), row)) => row,
            Err(error) => {
                // Where BEGIN itself was refused, there is nothing to end.
                client.batch_execute("rollback").await.ok();
                return Err(broken("beginning", error));
            }
        };
        Ok(Self {
            client,
            me: Actor {
                role: row.get("role"),
                claims: String::new(),
                statement_timeout: Some(row.get("statement_timeout")),
                search_path: row.get("search_path"),
            },
            my_name: row.get("user_name"),
        })
    }

    /// Ends it. Nothing of it is left.
    pub(super) async fn roll_back(&self) -> Result<(), RehearseError> {
        let done = self.client.batch_execute("rollback").await;
        done.map_err(|error| broken("rolling back", error))
    }

    pub(super) fn client(&self) -> &'a Client {
        self.client
    }

    /// Does it as `actor`, and keeps it if it works. Gives the number of rows.
    pub(super) async fn act(&self, actor: &Actor, sql: &str) -> Result<Answer<u64>, RehearseError> {
        let done = self.perform(actor, sql, After::Keep).await?;
        Ok(done.map(|it| it.rows))
    }

    /// Does it as `actor`, and undoes it. Gives the number of rows.
    pub(super) async fn try_out(
        &self,
        actor: &Actor,
        sql: &str,
    ) -> Result<Answer<u64>, RehearseError> {
        let done = self.perform(actor, sql, After::Undo).await?;
        Ok(done.map(|it| it.rows))
    }

    /// Asks as `actor`: the first row, as text.
    pub(super) async fn ask(
        &self,
        actor: &Actor,
        sql: &str,
    ) -> Result<Answer<Option<Vec<Option<String>>>>, RehearseError> {
        let done = self.perform(actor, sql, After::Undo).await?;
        Ok(done.map(|it| it.first))
    }

    /// Asks for a number.
    pub(super) async fn number(
        &self,
        actor: &Actor,
        sql: &str,
    ) -> Result<Answer<i64>, RehearseError> {
        let first = self.ask(actor, sql).await?;
        Ok(first.map(|row| {
            let cell = row.and_then(|row| row.into_iter().next()).flatten();
            cell.and_then(|it| it.parse().ok()).unwrap_or_default()
        }))
    }

    /// Does it as `actor`, asks as the connecting role what is then, and undoes it.
    pub(super) async fn aftermath(
        &self,
        actor: &Actor,
        sql: &str,
        question: &str,
    ) -> Result<Answer<(u64, i64)>, RehearseError> {
        if let Err(error) = self.enter(actor, sql).await {
            return self.refused(error).await.map(Err);
        }
        let rows = self.count(sql).await;
        let rows = match rows {
            Ok(done) => done.rows,
            Err(error) => return self.refused(error).await.map(Err),
        };
        self.play(&self.me)
            .await
            .map_err(|error| broken("playing a part", error))?;
        let then = match self.count(question).await {
            Ok(done) => done.number(),
            Err(error) => return self.refused(error).await.map(Err),
        };
        self.undo().await?;
        Ok(Ok((rows, then)))
    }

    /// May this part be played? An actor that the role may not become is an error: without it there is
    /// no rehearsal.
    pub(super) async fn try_part(&self, actor: &Actor) -> Result<(), RehearseError> {
        match self.enter(actor, "").await {
            Ok(()) => self.undo().await,
            Err(source) if source.code().is_some_and(|it| it.code() == "42501") => {
                Err(RehearseError::CannotBecome {
                    from: self.my_name.clone(),
                    role: actor.role.clone(),
                    source,
                })
            }
            Err(source) => Err(broken("playing a part", source)),
        }
    }

    /// Runs `work` under a savepoint of its own and undoes all of it.
    pub(super) async fn undone<T>(
        &self,
        work: impl Future<Output = Result<T, RehearseError>>,
    ) -> Result<T, RehearseError> {
        let savepoint = self.client.batch_execute("savepoint lodger_scene").await;
        savepoint.map_err(|error| broken("setting a savepoint", error))?;
        let done = work.await?;
        let back = "rollback to lodger_scene; release lodger_scene";
        let undone = self.client.batch_execute(back).await;
        undone.map_err(|error| broken("going back to a savepoint", error))?;
        Ok(done)
    }

    async fn perform(
        &self,
        actor: &Actor,
        sql: &str,
        after: After,
    ) -> Result<Answer<Done>, RehearseError> {
        if let Err(error) = self.enter(actor, sql).await {
            return self.refused(error).await.map(Err);
        }
        let done = match self.count(sql).await {
            Ok(done) => done,
            Err(error) => return self.refused(error).await.map(Err),
        };
        match after {
            After::Undo => self.undo().await?,
            After::Keep => {
                let left = try_join(
                    self.play(&self.me),
                    self.client.batch_execute("release lodger_act"),
                );
                left.await
                    .map_err(|error| broken("leaving a part", error))?;
            }
        }
        Ok(Ok(done))
    }

    /// Sets a savepoint, and becomes `actor`.
    async fn enter(&self, actor: &Actor, sql: &str) -> Result<(), Error> {
        tracing::debug!(role = actor.role, sql, "rehearse");
        let savepoint = self.client.batch_execute("savepoint lodger_act");
        try_join(savepoint, self.play(actor)).await.map(drop)
    }

    async fn play(&self, actor: &Actor) -> Result<(), Error> {
        let timeout = actor
            .statement_timeout
            .as_ref()
            .or(self.me.statement_timeout.as_ref());
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] = [
            (&actor.search_path, Type::TEXT),
            (&timeout, Type::TEXT),
            (&actor.claims, Type::TEXT),
            (&actor.role, Type::TEXT),
        ];
        self.client.query_typed(BECOME, &parameters).await.map(drop)
    }

    async fn count(&self, sql: &str) -> Result<Done, Error> {
        let mut done = Done::default();
        for message in self.client.simple_query(sql).await? {
            match message {
                SimpleQueryMessage::CommandComplete(rows) => done.rows = rows,
                SimpleQueryMessage::Row(row) if done.first.is_none() => {
                    let cells = (0..row.len()).map(|at| row.get(at).map(ToOwned::to_owned));
                    done.first = Some(cells.collect());
                }
                _ => {}
            }
        }
        Ok(done)
    }

    /// Settings go back with the savepoint, the role among them.
    async fn undo(&self) -> Result<(), RehearseError> {
        let back = "rollback to lodger_act; release lodger_act";
        let undone = self.client.batch_execute(back).await;
        undone.map_err(|error| broken("going back to a savepoint", error))
    }

    /// Goes back to before the statement, and tells what was wrong with it.
    async fn refused(&self, error: Error) -> Result<Refusal, RehearseError> {
        let refusal = refusal(&error)?;
        let refusal = refusal.ok_or_else(|| broken("rehearsing", error))?;
        self.undo().await?;
        Ok(refusal)
    }
}

#[derive(Debug, Default)]
struct Done {
    rows: u64,
    first: Option<Vec<Option<String>>>,
}

impl Done {
    fn number(&self) -> i64 {
        let cell = self
            .first
            .as_ref()
            .and_then(|row| row.first())
            .and_then(Option::as_ref);
        cell.and_then(|it| it.parse().ok()).unwrap_or_default()
    }
}

/// Tells apart what is an answer, what may work another time, and (`None`) what has no remedy.
fn refusal(error: &Error) -> Result<Option<Refusal>, RehearseError> {
    let Some(said) = error.as_db_error() else {
        return Ok(None);
    };
    let sqlstate = said.code().code();
    // Serialization failure, deadlock, lock not available.
    if matches!(sqlstate, "40001" | "40P01" | "55P03") {
        return Err(RehearseError::Busy {
            reason: said.message().to_owned(),
        });
    }
    // Connection exceptions, the server's going down, and what only a bug can bring about.
    if sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "25P02" {
        return Ok(None);
    }
    let table = said.schema().zip(said.table());
    Ok(Some(Refusal {
        sqlstate: sqlstate.to_owned(),
        message: said.message().to_owned(),
        constraint: said.constraint().map(ToOwned::to_owned),
        data_type: said.datatype().map(ToOwned::to_owned),
        table: table.map(|(schema, table)| format!("{schema}.{table}")),
        context: said.where_().map(ToOwned::to_owned),
    }))
}

pub(super) fn broken(doing: &'static str, source: Error) -> RehearseError {
    match source.as_db_error().map(|it| it.code().code()) {
        Some("40001" | "40P01" | "55P03") => RehearseError::Busy {
            reason: source.to_string(),
        },
        _ => RehearseError::Broken { doing, source },
    }
}
