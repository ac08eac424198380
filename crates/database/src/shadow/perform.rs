//! Executes one statement in a subtransaction, and asks what it left behind before it is known whether it succeeds.

use futures_util::future::join4;
use lodger_migration::statement::Statement;
use tokio_postgres::{Error, Row};

use super::execution::Known;
use super::look::Asked;
use super::run::{Runner, execute};
use super::{SUPERUSER, ShadowError};
use crate::catalog::END;
use crate::sql::quoted;

/// What came back of a statement.
pub(super) struct Done {
    pub(super) answer: Result<(), Error>,
    /// What it left behind.
    pub(super) left: Result<Row, Error>,
    /// What it touched, if that could be asked.
    pub(super) asked: Option<Asked>,
}

impl Runner<'_> {
    /// Executes a statement in a subtransaction of its own, and asks what it left behind, and what it touched if
    /// that can be asked beforehand. All of it is on its way before the first answer comes back.
    pub(super) async fn perform(
        &mut self,
        statement: &Statement,
        sql: &str,
        as_superuser: bool,
    ) -> Result<Done, ShadowError> {
        let back = self.end_of_look();
        let release = if self.open { "release lodger; " } else { "" };
        let forget = if self.noted {
            "; set lodger.removed = ''; set lodger.dropped = ''"
        } else {
            ""
        };
        let savepoint = format!("{back}{release}savepoint lodger{forget}");
        (self.open, self.noted) = (true, false);
        let client = &self.session.client;
        if as_superuser && self.role.is_some() {
            execute(self.session, "a savepoint", &savepoint).await?;
            self.superuser(true).await?;
            let answer = client.batch_execute(sql).await;
            if answer.is_ok() {
                self.superuser(false).await?;
            }
            return Ok(Done {
                answer,
                left: self.observer.ask(client).await,
                asked: None,
            });
        }
        let begun = execute(self.session, "a savepoint", &savepoint);
        let answer = client.batch_execute(sql);
        let left = self.observer.ask(client);
        let (begun, answer, left, asked) =
            join4(begun, answer, left, self.look_ahead(statement)).await;
        begun?;
        Ok(Done {
            answer,
            left,
            asked,
        })
    }

    /// SQL that takes back what the last look has set, if that is still to be done.
    pub(super) fn end_of_look(&mut self) -> String {
        if std::mem::take(&mut self.looking) {
            format!("{END}; ")
        } else {
            String::new()
        }
    }

    /// Undoes a statement that failed. The embedded server cannot, after an error that passed through
    /// an EXCEPTION block without being caught: it refuses everything from then on.
    pub(super) async fn go_back(
        &self,
        statement: &Statement,
        known: Known,
    ) -> Result<(), ShadowError> {
        let undone = self
            .session
            .client
            .batch_execute("rollback to lodger")
            .await;
        undone.map_err(|_| ShadowError::Stuck {
            version: self.version.clone(),
            index: statement.index,
            known: Box::new(known),
        })
    }

    async fn superuser(&self, on: bool) -> Result<(), ShadowError> {
        let Some(role) = self.role else { return Ok(()) };
        let role = if on {
            SUPERUSER.to_owned()
        } else {
            quoted(role)
        };
        execute(
            self.session,
            "another role",
            &format!("set session authorization {role}"),
        )
        .await
    }
}
