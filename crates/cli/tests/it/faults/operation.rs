//! What is interrupted: how it is started, what it leaves, and how it is finished.

use std::process::Command;

use lodger_database::catalog::load_snapshot;
use lodger_database::testing::connect;
use lodger_migration::catalog::fingerprint;
use serde_json::{Value, json};

use crate::sandbox::Ended;

const BOOKS: &str = include_str!("books.sql");

/// A database that an operation works on.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its address for the role that projects connect as.
    pub(super) url: String,
    /// Its address for the superuser.
    pub(super) admin: String,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    Before,
    /// Some of its steps are done, each of them as a whole.
    Between,
    After,
}

/// A command that is interrupted.
pub(super) trait Operation: Sized {
    const NAME: &'static str;
    /// Another project's table was referred to by hand, before.
    const IS_REPAIRED: bool = false;

    /// Brings a shared instance to where the command is due.
    async fn prepare(place: &Place) -> Self;

    /// Brings the files to where the command is due.
    fn rewind_files(&self) {}

    /// The command.
    fn command(&self, url: &str) -> Command;

    /// Everything that the command changes, without what differs from run to run.
    async fn look(&self, place: &Place) -> Value;

    /// Where it stands, after it was checked that it stands somewhere.
    async fn stand(&self, place: &Place, before: &Value, after: &Value) -> Stand {
        let look = self.look(place).await;
        if look == *before {
            return Stand::Before;
        }
        assert_eq!(look, *after, "{look:#}\nis not\n{after:#}\nnor\n{before:#}");
        Stand::After
    }

    /// Finishes it.
    async fn finish(&self, place: &Place, after: &Value) {
        let ended = run(&mut self.command(&place.url));
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(self.look(place).await, *after, "{ended:?}");
    }
}

pub(super) fn run(command: &mut Command) -> Ended {
    Ended::of(&command.output().unwrap())
}

/// The catalog, the bookkeeping, and the rows that a query tells as one document.
pub(super) async fn look(place: &Place, rows: &str) -> Value {
    let client = connect(&place.admin.parse().unwrap()).await;
    let catalog = fingerprint(&load_snapshot(&client).await.unwrap());
    let text = client.query_one(BOOKS, &[]).await.unwrap();
    let books: Value = serde_json::from_str(text.get(0)).unwrap();
    let text = client.query_one(rows, &[]).await.unwrap();
    let rows: Value = serde_json::from_str(text.get(0)).unwrap();
    json!({"catalog": catalog, "books": books, "rows": rows})
}

/// Runs statements as the role that projects connect as.
pub(super) async fn write(place: &Place, sql: &str) {
    let client = connect(&place.url.parse().unwrap()).await;
    client.batch_execute(sql).await.unwrap();
}
