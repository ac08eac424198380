//! Answers to what went out together, told apart by the order in which it did.

use std::sync::Arc;

use fallible_iterator::FallibleIterator as _;
use tokio_postgres::types::Type;

use super::error::{Refusal, WireError};
use super::row::{Columns, Row, type_of};
use super::transport::{Heard, Transport};

/// What is known of a statement.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// The name by which the server knows it; none for one that is not kept.
    pub(super) name: String,
    pub(super) parameters: Vec<Type>,
    pub(super) columns: Arc<Columns>,
}

/// One statement of a flush, and what was answered so far.
#[derive(Debug)]
pub(super) struct Asked {
    /// How it is known, or the name and parameters that it gets.
    pub(super) statement: Arc<Statement>,
    /// The server has described it now.
    pub(super) is_described: bool,
    pub(super) rows: Vec<Row>,
}

impl Asked {
    pub(super) fn new(statement: Arc<Statement>) -> Self {
        Self {
            statement,
            is_described: false,
            rows: Vec::new(),
        }
    }

    fn describe(&mut self, columns: Columns) {
        self.statement = Arc::new(Statement {
            name: self.statement.name.clone(),
            parameters: self.statement.parameters.clone(),
            columns: Arc::new(columns),
        });
        self.is_described = true;
    }
}

/// Reads up to the server's being ready, and what went wrong, if anything did. What was described before that is in `asked`.
pub(super) async fn collect(
    transport: &mut Transport,
    asked: &mut [Asked],
) -> Result<(), WireError> {
    let mut refused: Option<Box<Refusal>> = None;
    let mut unreadable = None;
    let mut place = 0;
    loop {
        let heard = match transport.next().await {
            Ok(heard) => heard,
            // the reason for which it was lost
            Err(lost) => return Err(refused.map_or(lost, WireError::Refused)),
        };
        match heard {
            Heard::Ready => break,
            Heard::Refused(said) => {
                refused.get_or_insert(said);
            }
            Heard::Done => place += 1,
            heard => {
                let taken = asked.get_mut(place).map(|it| take(it, heard));
                if let Some(Err(error)) = taken {
                    unreadable.get_or_insert(error);
                }
            }
        }
    }
    match (refused, unreadable) {
        (Some(said), _) => Err(WireError::Refused(said)),
        (None, Some(error)) => Err(WireError::Unreadable(error.to_string())),
        (None, None) => Ok(()),
    }
}

fn take(asked: &mut Asked, heard: Heard) -> std::io::Result<()> {
    match heard {
        Heard::Row(values) => {
            let columns = Arc::clone(&asked.statement.columns);
            asked.rows.push(Row::new(columns, values));
        }
        Heard::Columns(body) => asked.describe(Columns::read(&body)?),
        Heard::NoColumns => asked.describe(Columns::default()),
        Heard::Parameters(body) => {
            let parameters = body.parameters().map(|oid| Ok(type_of(oid))).collect()?;
            asked.statement = Arc::new(Statement {
                name: asked.statement.name.clone(),
                parameters,
                columns: Arc::default(),
            });
        }
        Heard::Done | Heard::Refused(_) | Heard::Ready => {}
    }
    Ok(())
}
