//! How a statement is executed on a throw-away database, and what its failure means there.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::parse::as_if_caught;
use lodger_migration::run::{Failure, StatementRun};
use lodger_migration::statement::{MentionRole, Statement, StatementKind};
use tokio_postgres::error::SqlState;

use super::ShadowError;
use crate::base;
use crate::embedded::EmbeddedServer;

/// Statements that the embedded server gets stuck on, by migration and position.
pub(crate) type KnownStatements = BTreeMap<(String, usize), Known>;

/// Words of statements that change what no written row tells, wherever they stand.
const UNSEEN: [&str; 3] = ["rename", "analyze", "vacuum"];

/// What is known about a statement that the embedded server gets stuck on.
#[derive(Debug, Clone)]
pub enum Known {
    /// It fails so.
    Fails(Failure),
    /// Its error is caught by an EXCEPTION clause: it comes down to this SQL.
    Instead(String),
    /// Nobody can tell what it does.
    Unknown(Failure),
}

impl Known {
    /// What to make of an error that passed through an EXCEPTION clause, which the embedded server
    /// does not survive.
    pub(super) fn of(
        statement: &Statement,
        sql: &str,
        failure: &Failure,
        line: Option<usize>,
    ) -> Self {
        if statement.kind != StatementKind::Do {
            return Self::Unknown(failure.clone());
        }
        as_if_caught(sql, &failure.sqlstate, line)
            .map_or_else(|| Self::Fails(failure.clone()), Self::Instead)
    }
}

/// How a statement is executed on a throw-away database.
pub(super) struct Execution {
    pub(super) sql: Option<String>,
    pub(super) as_superuser: bool,
    pub(super) reason: Option<String>,
}

impl Execution {
    pub(super) fn of(statement: &Statement, sql: &str) -> Self {
        let as_written = Self {
            sql: Some(sql.to_owned()),
            as_superuser: false,
            reason: None,
        };
        let not_run = |reason: &str| Self {
            sql: None,
            as_superuser: false,
            reason: Some(reason.into()),
        };
        match &statement.kind {
            StatementKind::Copy => not_run("COPY needs rows that the file does not hold"),
            StatementKind::AlterSystem => not_run("it changes the whole server"),
            StatementKind::Other(name)
                if name.contains("database") || name.contains("tablespace") =>
            {
                not_run("it is about the whole server")
            }
            StatementKind::CreateExtension => Self::extension(statement, sql),
            _ => as_written,
        }
    }

    fn extension(statement: &Statement, sql: &str) -> Self {
        let name = statement
            .mentions_as(MentionRole::Creates)
            .next()
            .map(|mention| mention.name.name.clone())
            .unwrap_or_default();
        if EmbeddedServer::bundles(&name) || name == "plpgsql" {
            let reason = None;
            return Self {
                sql: Some(sql.to_owned()),
                as_superuser: true,
                reason,
            };
        }
        let reason = match base::stand_in(&name) {
            Some(_) => format!("extension {name} is stood in for by functions of the same names"),
            None => format!("extension {name} is not at hand here"),
        };
        Self {
            sql: base::stand_in_at(&name, schema_named(sql)),
            as_superuser: true,
            reason: Some(reason),
        }
    }
}

/// The schema that a CREATE EXTENSION names.
fn schema_named(statement: &str) -> Option<&str> {
    let mut words = statement.split_whitespace();
    words.find(|it| it.eq_ignore_ascii_case("schema"))?;
    let name = words.next()?;
    Some(name.trim_end_matches(';').trim_matches('"'))
}

/// Does it change what no row written by it tells? New names show in definitions of other objects, and
/// statistics are written in place.
pub(super) fn changes_unseen(kind: &StatementKind, sql: &str) -> bool {
    let words = || lodger_migration::parse::words(sql);
    let telling = |words: BTreeSet<String>| UNSEEN.iter().any(|it| words.contains(*it));
    matches!(kind, StatementKind::Other(_) | StatementKind::Vacuum) || telling(words())
}

/// What Postgres answered to a statement.
///
/// # Errors
/// When it did not: its own files do not fit where they are kept.
pub(super) fn answered(error: &tokio_postgres::Error) -> Result<Failure, ShadowError> {
    let failure = failure(error);
    // The embedded server does not tell a full disk from other errors of one.
    let full = [&SqlState::DISK_FULL, &SqlState::IO_ERROR];
    if error.code().is_some_and(|it| full.contains(&it)) {
        return Err(ShadowError::NoRoom {
            folder: tempfile::env::temp_dir(),
            said: failure.message,
        });
    }
    Ok(failure)
}

/// An error of Postgres as data.
fn failure(error: &tokio_postgres::Error) -> Failure {
    match error.as_db_error() {
        Some(said) => Failure {
            sqlstate: said.code().code().to_owned(),
            message: said.message().to_owned(),
            hint: said.hint().or(said.detail()).map(ToOwned::to_owned),
            position: match said.position() {
                Some(tokio_postgres::error::ErrorPosition::Original(at)) => {
                    usize::try_from(*at).ok().and_then(|at| at.checked_sub(1))
                }
                _ => None,
            },
        },
        None => Failure {
            sqlstate: "08006".to_owned(),
            message: error.to_string(),
            hint: None,
            position: None,
        },
    }
}

/// The line of a DO block that Postgres names as the place of an error.
pub(super) fn line_in_block(error: &tokio_postgres::Error) -> Option<usize> {
    let context = error.as_db_error()?.where_()?;
    let (_, rest) = context.rsplit_once("inline_code_block line ")?;
    rest.split(' ').next()?.parse().ok()
}

/// An error that depends on rows says nothing here: a throw-away database has none.
pub(super) fn fail(did: &mut StatementRun, failure: Failure, statement: &Statement) {
    let about_rows = failure.sqlstate.starts_with("23") || failure.sqlstate.starts_with("02");
    let reads_rows = matches!(
        statement.kind,
        StatementKind::Insert
            | StatementKind::Update
            | StatementKind::Delete
            | StatementKind::Merge
            | StatementKind::Select
            | StatementKind::Do
            | StatementKind::Call
    );
    // Its own fault, and no answer of Postgres to the statement.
    if failure.sqlstate.starts_with("XX") {
        did.not_evaluated = Some(format!(
            "the embedded server cannot do this: {}",
            failure.message
        ));
    } else if about_rows && reads_rows {
        did.not_evaluated = Some(format!(
            "its result depends on rows, and there are none here: {}",
            failure.message
        ));
    } else {
        did.failure = Some(failure);
    }
}
