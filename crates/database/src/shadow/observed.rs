//! What a statement left behind on a throw-away database: locks, a search path, written catalog rows.

use std::collections::BTreeSet;

use lodger_migration::catalog::{Entries, Oid};
use lodger_migration::object::ObjectId;
use lodger_migration::run::{Lock, StatementRun};
use lodger_migration::statement::{Statement as Written, StatementKind};
use tokio_postgres::{GenericClient, Statement};

use super::ShadowError;
use super::catalogs::{DESCRIPTION, DROPPED, INHERITS, PARTS, WHOLES};
use super::question::Question;
use crate::catalog::{Kinds, Touched};
use crate::connect::Session;

const OBSERVE: &str = include_str!("observe.sql");
const SINCE: &str = include_str!("since.sql");

/// Something that was dropped: its system catalog, its OID, and the number of a column.
#[derive(Debug)]
pub(super) struct Dropped {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) part: i32,
}

impl Dropped {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(':');
        Some(Self {
            class: numbers.next()?.parse().ok()?,
            oid: numbers.next()?.parse().ok()?,
            part: numbers.next()?.parse().ok()?,
        })
    }
}

/// What a statement left behind.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) search_path: Vec<String>,
    /// OID and mode of each lock that is held on a relation.
    locks: Vec<(Oid, String)>,
    /// It wrote what no part of the catalog shows, or did more than the rows tell.
    pub(super) all: bool,
    /// The event triggers noted something.
    pub(super) noted: bool,
    /// What it dropped.
    pub(super) dropped: Vec<Dropped>,
    /// It removed a comment.
    comments: bool,
    /// It removed an inheritance.
    inheritance: bool,
    /// It wrote rows of the catalogs at these positions of [`PARTS`].
    pub(super) places: Vec<usize>,
    /// How it was before.
    pub(super) before: Reading,
}

/// What tells new rows from old ones.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The highest OID of a relation.
    highest: Oid,
    /// How many rows of each catalog the transaction has written.
    written: Vec<i64>,
}

/// What a statement wrote.
pub(super) struct Answer {
    pub(super) touched: Touched,
    /// The youngest subtransaction that wrote it.
    youngest: Option<i64>,
    /// All of it was found without searching among what was there before.
    pub(super) complete: bool,
}

/// Tells after each statement what it left behind.
pub(super) struct Observer {
    observe: Statement,
    /// The first transaction whose rows have not been seen.
    since: i64,
    /// How it was at the last look.
    now: Reading,
    /// How many rows this transaction had written or removed by then that no part of the catalog shows: of
    /// [`WHOLES`], and those that it removed from [`DESCRIPTION`] and from [`INHERITS`].
    others: Vec<i64>,
}

impl Observer {
    /// Begins to observe; `session` is not inside a transaction.
    pub(super) async fn new(session: &Session) -> Result<Self, ShadowError> {
        let client = &session.client;
        let prepare = async || client.prepare(&observing()).await;
        let prepared = session.observe.get_or_try_init(prepare);
        let observe = prepared.await.map_err(refused)?.clone();
        let row = client.query_one(SINCE, &[]).await.map_err(refused)?;
        Ok(Self {
            observe,
            since: row.get(0),
            now: Reading::default(),
            others: Vec::new(),
        })
    }

    /// The query whose answer [`Self::note`] takes: sent behind a statement, without waiting for that.
    pub(super) async fn ask(
        &self,
        client: &impl GenericClient,
    ) -> Result<tokio_postgres::Row, tokio_postgres::Error> {
        client.query_one(&self.observe, &[]).await
    }

    /// What was left behind since the last call in this transaction.
    pub(super) fn note(&mut self, row: &tokio_postgres::Row) -> Observed {
        let now = Reading {
            highest: row.get("highest"),
            written: row.get("written"),
        };
        let before = std::mem::replace(&mut self.now, now);
        let others = std::mem::replace(&mut self.others, row.get("others"));
        let written = more(&self.now.written, &before.written);
        let others = more(&self.others, &others);
        let is_more = |at: usize| others.get(at).is_some_and(|it| *it != 0);
        let removed: bool = row.get("removed");
        let dropped: &str = row.get("dropped");
        let locks: Vec<String> = row.get("locks");
        let locks = locks.iter().filter_map(|lock| {
            let (relation, mode) = lock.split_once(' ')?;
            Some((relation.parse().ok()?, mode.to_owned()))
        });
        let places = written.iter().enumerate().filter(|it| *it.1 != 0);
        Observed {
            search_path: row.get("search_path"),
            locks: locks.collect(),
            all: removed || is_more(0) || !row.get::<_, bool>("counting"),
            noted: removed || !dropped.is_empty(),
            dropped: dropped.split(' ').filter_map(Dropped::parse).collect(),
            comments: is_more(1),
            inheritance: is_more(2),
            places: places.map(|it| it.0).collect(),
            before,
        }
    }

    /// The counts of an earlier transaction say nothing about the next one.
    pub(super) fn begin(&mut self) {
        self.now.written.clear();
        self.others.clear();
    }

    /// How it was at the last look.
    pub(super) fn now(&self) -> &Reading {
        &self.now
    }

    /// What the rows are a part of that a statement wrote, before which it was as in `before`; asked when a look
    /// has begun.
    pub(super) async fn touched(
        &self,
        session: &Session,
        question: &Question,
        before: &Reading,
        statement: &Written,
    ) -> Result<Answer, ShadowError> {
        let count = |at: &usize| before.written.get(*at).copied().unwrap_or_default();
        let counts: Vec<i64> = question.about.places.iter().map(count).collect();
        let tables = statement.mentions.iter().filter_map(|it| it.table.as_ref());
        let names = statement.mentions.iter().map(|it| &it.name).chain(tables);
        let names: Vec<&str> = names.map(|it| it.name.as_str()).collect();
        let since = self.since.to_string();
        let row = session
            .client
            .query_one(&question.query, &[&since, &before.highest, &counts, &names])
            .await
            .map_err(refused)?;
        let touched = Touched {
            objects: row.get("touched"),
            relations: row.get("relations"),
            kinds: kinds(&row.get::<_, Vec<String>>("marks")),
        };
        Ok(Answer {
            touched,
            youngest: row.get("youngest"),
            complete: row.get("complete"),
        })
    }

    /// Notes that an answer was made use of: what was written up to then is not told again.
    pub(super) fn told(&mut self, answer: &Answer) {
        // A subtransaction that begins later has a number above all that there are.
        self.since = answer.youngest.map_or(self.since, |it| it + 1);
    }

    /// Notes that everything was looked at: what was written up to then is not told again. It would be counted
    /// among what the next statement writes, and hide that something else was written.
    pub(super) fn saw_all(&mut self, entries: &Entries) {
        let versions = entries.values().map(|it| it.row_version);
        let youngest = versions.max().unwrap_or_default();
        self.since = self.since.max(i64::from(youngest) + 1);
    }
}

/// [`OBSERVE`] with the calls that count.
fn observing() -> String {
    let count = |what: &str, of: Oid| format!("pg_catalog.pg_stat_get_xact_tuples_{what}({of})");
    let written = |of: Oid| format!("{} + {}", count("inserted", of), count("updated", of));
    let all = |of: &Oid| format!("{} + {}", written(*of), count("deleted", *of));
    let parts: Vec<String> = PARTS.iter().map(|it| written(it.oid)).collect();
    let unseen: Vec<String> = WHOLES.iter().map(all).collect();
    OBSERVE
        .replace("{written}", &parts.join(", "))
        .replace("{unseen}", &unseen.join(" + "))
        .replace("{comments}", &count("deleted", DESCRIPTION))
        .replace("{inheritance}", &count("deleted", INHERITS))
}

/// How much more each of these is `now`. Before the first look there is nothing to compare with.
fn more(now: &[i64], before: &[i64]) -> Vec<i64> {
    let known = before.iter().copied();
    let before = known.chain(now.iter().copied().skip(before.len()));
    now.iter()
        .zip(before)
        .map(|(now, before)| now - before)
        .collect()
}

/// What has to be looked at when rows of these marks were written.
fn kinds(marks: &[String]) -> Kinds {
    let is = |mark: &str| marks.iter().any(|it| it == mark);
    // Some comments may be on anything.
    let any = |of: &[&str]| is("comment") || of.iter().any(|it| is(it));
    Kinds {
        columns: any(&["new column", "column", "comment on column"]),
        tables: any(&[
            "table",
            "new column",
            "column",
            "index",
            "comment on table",
            "comment on column",
        ]),
        views: any(&[
            "view",
            "column",
            "rule",
            "comment on view",
            "comment on column",
        ]),
        schemas: any(&["schema"]),
        types: any(&["type", "column", "comment on column"]),
        sequences: any(&["sequence", "comment on sequence"]),
        functions: any(&["function", "column", "comment on function"]),
        constraints: any(&["constraint", "comment on constraint"]),
        indexes: any(&["index", "constraint", "comment on index"]),
        triggers: any(&["trigger", "comment on trigger"]),
        policies: any(&["policy", "column", "comment on policy"]),
        rules: any(&["rule"]),
        publications: any(&["publication"]),
        comments: marks.iter().any(|it| it.starts_with("comment")),
    }
}

pub(super) fn refused(source: tokio_postgres::Error) -> ShadowError {
    ShadowError::Refused {
        what: "to show what a statement did",
        source,
    }
}

impl Observed {
    /// Did the statement write no row of what is looked at?
    pub(super) fn wrote_nothing(&self) -> bool {
        self.places.is_empty()
    }

    /// Does only a look at everything show what the statement did? What is removed takes its comment
    /// along; a comment that is removed alone, or an inheritance that ends, tells nobody.
    pub(super) fn shows_all(&self, statement: &Written) -> bool {
        let drops = matches!(
            statement.kind,
            StatementKind::DropTable
                | StatementKind::DropView
                | StatementKind::DropMaterializedView
                | StatementKind::DropIndex
                | StatementKind::DropPolicy
                | StatementKind::DropTrigger
                | StatementKind::DropRule
                | StatementKind::DropFunction
                | StatementKind::DropProcedure
                | StatementKind::DropSequence
                | StatementKind::DropType
                | StatementKind::DropDomain
        );
        let alters = statement.kind == StatementKind::AlterTable;
        self.all
            || (self.inheritance && !drops)
            || ((self.comments || !self.dropped.is_empty()) && !drops && !alters)
            || !self.dropped.iter().all(|it| DROPPED.contains(&it.class))
    }

    /// Notes the locks that are new and on something that was there before. `name` tells the relation
    /// of an OID.
    pub(super) fn keep_new_locks<'a>(
        &self,
        held: &mut BTreeSet<String>,
        name: impl Fn(Oid) -> Option<&'a ObjectId>,
        was_there: impl Fn(&ObjectId) -> bool,
        did: &mut StatementRun,
    ) {
        let named = self.locks.iter().filter_map(|(relation, mode)| {
            let id = name(*relation).filter(|id| was_there(id))?;
            Some((id.name(), mode))
        });
        let mut named: Vec<(String, &String)> = named.collect();
        named.sort();
        named.dedup();
        for (relation, mode) in named {
            if held.insert(format!("{relation} {mode}")) {
                did.locks.push(Lock {
                    relation,
                    mode: mode.clone(),
                });
            }
        }
    }
}
