//! A connection with the statements that were prepared on it.

use std::collections::HashMap;
use std::sync::Arc;

use postgres_protocol::IsNull;
use postgres_protocol::message::frontend::{self, BindError};
use tokio_postgres::types::{self, Format, Type};

use super::answers::{Asked, Statement, collect};
use super::error::WireError;
use super::row::Row;
use super::transport::{Standing, Transport};
use super::{Parameter, Query, Step};
use crate::connect::Stream;

const TEXT: i16 = 0;
/// The server's own form of values, in which all answers come.
const BINARY: i16 = 1;

/// A text's statements by search path.
type ByPath = Vec<(Box<str>, Arc<Statement>)>;

/// A connection of which nobody else uses a part.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    /// What was prepared on it, by its text and then by search path. Texts are told apart by where they are: there is one of
    /// each in the program.
    kept: HashMap<(usize, usize), ByPath>,
    /// How many names were given.
    named: u64,
    /// Names that the server may forget.
    forgotten: Vec<String>,
}

impl Connection {
    /// On a stream where the server has said that it is ready.
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            transport: Transport::new(stream),
            kept: HashMap::new(),
            named: 0,
            forgotten: Vec::new(),
        }
    }

    /// Sends all steps in one flush and gives the rows of each. Unless they say otherwise they are one transaction, which
    /// ends with them. `keeps` says whether statements are prepared once and then named.
    pub(crate) async fn run<const N: usize>(
        &mut self,
        steps: [Step<'_>; N],
        keeps: bool,
    ) -> Result<[Vec<Row>; N], WireError> {
        let rows = self.run_all(&steps, keeps).await?;
        rows.try_into()
            .map_err(|_| WireError::Unreadable("an answer is missing".to_owned()))
    }

    /// As [`Connection::run`], for steps of which nobody knows how many there are.
    pub(crate) async fn run_all(
        &mut self,
        steps: &[Step<'_>],
        keeps: bool,
    ) -> Result<Vec<Vec<Row>>, WireError> {
        self.ensure_answered()?;
        let mut asked = Vec::with_capacity(steps.len());
        let composed = steps.iter().try_for_each(|step| {
            asked.push(self.compose(step, keeps)?);
            Ok(())
        });
        self.exchange(&mut asked, steps, composed).await?;
        Ok(asked.into_iter().map(|it| it.rows).collect())
    }

    /// The types of a statement's parameters, as the server sees them.
    pub(crate) async fn describe(
        &mut self,
        sql: &'static str,
        keeps: bool,
    ) -> Result<Vec<Type>, WireError> {
        let step = Step::plain(sql);
        if let Some(known) = self.known(&step) {
            return Ok(known.parameters.clone());
        }
        self.ensure_answered()?;
        let asked = self.compose_new(&step, keeps);
        let composed = asked.as_ref().map(drop).map_err(Clone::clone);
        let mut asked: Vec<Asked> = asked.into_iter().collect();
        self.exchange(&mut asked, &[step], composed).await?;
        let described = asked.first().map(|it| it.statement.parameters.clone());
        Ok(described.unwrap_or_default())
    }

    /// Sends what was composed, if all of it could be, and keeps what the server described.
    async fn exchange(
        &mut self,
        asked: &mut [Asked],
        steps: &[Step<'_>],
        composed: Result<(), WireError>,
    ) -> Result<(), WireError> {
        if let Err(error) = composed {
            self.transport.outgoing.clear();
            return Err(error);
        }
        self.transport.sync();
        let answered = collect(&mut self.transport, asked).await;
        for (asked, step) in asked.iter().zip(steps) {
            if asked.is_described && !asked.statement.name.is_empty() {
                self.keep(step, Arc::clone(&asked.statement));
            }
        }
        if answered.as_ref().is_err_and(WireError::is_stale) {
            self.forget();
        }
        answered
    }

    fn compose(&mut self, step: &Step<'_>, keeps: bool) -> Result<Asked, WireError> {
        let known = self.known(step).filter(|_| keeps).map(Arc::clone);
        let asked = match known {
            Some(known) => Asked::new(known),
            None => self.compose_new(step, keeps)?,
        };
        let out = &mut self.transport.outgoing;
        let values = step.query.parameters.iter();
        let bound = frontend::bind(
            "",
            &asked.statement.name,
            values.clone().map(format_of),
            values,
            |(value, kind), out| Ok(is_null(&value.to_sql_checked(kind, out)?)),
            [BINARY],
            out,
        );
        bound
            .and_then(|()| Ok(frontend::execute("", 0, out)?))
            .map_err(|error| unsent(step.query, &error))?;
        Ok(asked)
    }

    /// Has the server parse and describe a statement.
    fn compose_new(&mut self, step: &Step<'_>, keeps: bool) -> Result<Asked, WireError> {
        let name = if keeps {
            self.named += 1;
            format!("s{}", self.named)
        } else {
            String::new()
        };
        let out = &mut self.transport.outgoing;
        let failed = |error| unsent(step.query, &BindError::Serialization(error));
        for name in self.forgotten.drain(..) {
            frontend::close(b'S', &name, out).map_err(failed)?;
        }
        let types = step.query.parameters.iter().map(|(_, kind)| kind.oid());
        frontend::parse(&name, step.query.sql, types, out).map_err(failed)?;
        frontend::describe(b'S', &name, out).map_err(failed)?;
        Ok(Asked::new(Arc::new(Statement {
            name,
            ..Statement::default()
        })))
    }

    fn known(&self, step: &Step<'_>) -> Option<&Arc<Statement>> {
        let of_text = self.kept.get(&place(step.query.sql))?;
        let found = of_text.iter().find(|(path, _)| **path == *step.path);
        found.map(|(_, statement)| statement)
    }

    fn keep(&mut self, step: &Step<'_>, statement: Arc<Statement>) {
        // one that stands twice in a flush was prepared twice
        if self.known(step).is_some() {
            return self.forgotten.push(statement.name.clone());
        }
        let of_text = self.kept.entry(place(step.query.sql)).or_default();
        of_text.push((step.path.into(), statement));
    }

    /// Forgets what was prepared: the server no longer knows it, or a migration changed what it means.
    fn forget(&mut self) {
        let forgotten = self.kept.drain().flat_map(|(_, of_text)| of_text);
        self.forgotten
            .extend(forgotten.map(|(_, statement)| statement.name.clone()));
    }

    /// Gets an answer, whatever it is.
    pub(crate) async fn check(&mut self) -> Result<(), WireError> {
        self.ensure_answered()?;
        self.transport.simple("")?;
        collect(&mut self.transport, &mut []).await
    }

    /// Reads what is still under way and rolls back what is open.
    pub(crate) async fn settle(&mut self) -> Result<(), WireError> {
        self.transport.settle().await
    }

    /// Nothing is under way and nothing is open.
    pub(crate) fn is_settled(&self) -> bool {
        self.transport.is_settled()
    }

    /// A statement of the open transaction was refused, so that nothing is left but to roll it back.
    pub(crate) fn has_failed(&self) -> bool {
        self.transport.standing() == Standing::Failed
    }

    /// The connection is there, and nothing came that nobody asked for.
    pub(crate) fn is_usable(&mut self) -> bool {
        self.is_settled() && self.transport.is_quiet()
    }

    /// Whoever stopped waiting within a transaction left an answer on its way.
    fn ensure_answered(&self) -> Result<(), WireError> {
        if self.transport.is_answered() {
            return Ok(());
        }
        let reason = self.transport.lost();
        let reason = reason.unwrap_or("somebody stopped waiting for an answer");
        Err(WireError::Lost(reason.to_owned()))
    }
}

fn place(text: &'static str) -> (usize, usize) {
    (text.as_ptr().addr(), text.len())
}

fn format_of((value, kind): &Parameter<'_>) -> i16 {
    match value.encode_format(kind) {
        Format::Text => TEXT,
        Format::Binary => BINARY,
    }
}

/// The two libraries have a type each for it.
fn is_null(value: &types::IsNull) -> IsNull {
    match value {
        types::IsNull::Yes => IsNull::Yes,
        types::IsNull::No => IsNull::No,
    }
}

fn unsent(query: Query<'_>, error: &BindError) -> WireError {
    let reason = match error {
        BindError::Conversion(error) => error.to_string(),
        BindError::Serialization(error) => error.to_string(),
    };
    let statement = query.sql;
    WireError::Unreadable(format!(
        "a parameter cannot be sent ({reason}): {statement}"
    ))
}
