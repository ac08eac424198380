//! Cuts a migration into steps: the statements of one transaction each, or one that runs outside of any.
//!
//! A migration is one transaction unless holding its locks to the end would stop other people's work
//! (a foreign key that is validated while `auth.users` is locked, policy DDL under supautils), or
//! Postgres refuses a statement inside a transaction (CONCURRENTLY, VACUUM).

use crate::migration::Migration;
use crate::statement::{Mention, MentionRole, Statement, StatementKind, TransactionMode};

/// How a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepKind {
    /// All its statements in one transaction, verified before its COMMIT.
    #[default]
    Transaction,
    /// One statement outside a transaction, verified after it has taken effect.
    Alone,
}

/// Why a migration does not run as one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepReason {
    /// Checks the rows of a table against a foreign key, without holding the lock that adding it took.
    Validation,
    /// Postgres refuses the statement inside a transaction.
    OutsideTransaction,
    /// Policy DDL and DROP TRIGGER lock about 25 tables until commit where supautils is loaded.
    Supautils,
}

impl StepReason {
    /// The reason's name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::OutsideTransaction => "outside_transaction",
            Self::Supautils => "supautils",
        }
    }

    /// The reason as a sentence, for the plan.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Validation => {
                "validates foreign keys in a transaction of its own, so that writes to the referenced \
                 table do not wait for the check"
            }
            Self::OutsideTransaction => {
                "cannot run inside a transaction: it takes effect at once and is verified afterwards"
            }
            Self::Supautils => {
                "policy DDL and DROP TRIGGER come last, because supautils locks the auth and storage \
                 tables for them until commit"
            }
        }
    }
}

/// One statement of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatement {
    /// The statement's position in its file.
    pub index: usize,
    /// The SQL to run: the file's, or the file's with NOT VALID added, or a VALIDATE that completes it.
    pub sql: String,
    /// NOT VALID was added here, so that the constraint is validated in a later step.
    pub validate_later: bool,
}

/// What is committed, verified and recorded together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// How it runs.
    pub kind: StepKind,
    /// Why it is a step of its own; `None` for the main part of a migration.
    pub reason: Option<StepReason>,
    /// What it runs.
    pub statements: Vec<StepStatement>,
}

/// What the cut depends on, besides the file.
pub trait StepFacts {
    /// supautils is loaded in the database.
    fn supautils(&self) -> bool;
    /// The table named here stood there before and may have rows.
    fn may_have_rows(&self, table: &Mention) -> bool;
}

/// The facts of an empty database: nothing needs a step of its own but what Postgres itself demands.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyDatabase;

impl StepFacts for EmptyDatabase {
    fn supautils(&self) -> bool {
        false
    }
    fn may_have_rows(&self, _: &Mention) -> bool {
        false
    }
}

/// The steps of a migration. VALIDATE steps for constraints that are added NOT VALID here follow when
/// their names are known: see [`Step::validation`].
#[must_use]
pub fn steps(migration: &Migration, facts: &impl StepFacts) -> Vec<Step> {
    let mut cut = Cut::default();
    for statement in &migration.statements {
        match statement.transaction {
            TransactionMode::Control => {}
            TransactionMode::Alone => cut.alone(statement),
            TransactionMode::Inside if facts.supautils() && cut.belongs_last(statement) => {
                cut.last.push(as_written(statement));
            }
            TransactionMode::Inside => cut.inside(statement, facts),
        }
    }
    cut.finish()
}

#[derive(Default)]
struct Cut {
    done: Vec<Step>,
    current: Vec<StepStatement>,
    last: Vec<StepStatement>,
    dropped_triggers: Vec<String>,
    not_valid_here: bool,
}

impl Cut {
    fn inside(&mut self, statement: &Statement, facts: &impl StepFacts) {
        let text = &statement.text;
        if validates(text) && self.not_valid_here {
            self.flush(None);
            self.current.push(as_written(statement));
            self.flush(Some(StepReason::Validation));
            return;
        }
        let table = statement.mentions_as(MentionRole::Alters).next();
        let has_rows = statement.kind == StatementKind::AlterTable
            && table.is_some_and(|table| facts.may_have_rows(table));
        let deferred = has_rows
            .then(|| crate::parse::with_not_valid(text))
            .flatten();
        self.not_valid_here |= has_rows && words_in_a_row(text, "not", "valid");
        self.current.push(StepStatement {
            index: statement.index,
            validate_later: deferred.is_some(),
            sql: deferred.map_or_else(|| text.clone(), |it| it.text),
        });
    }

    fn alone(&mut self, statement: &Statement) {
        self.flush(None);
        self.done.push(Step {
            kind: StepKind::Alone,
            reason: Some(StepReason::OutsideTransaction),
            statements: vec![as_written(statement)],
        });
    }

    /// Policy DDL and DROP TRIGGER go last; so does what makes a dropped trigger again.
    fn belongs_last(&mut self, statement: &Statement) -> bool {
        let name = |role| {
            statement
                .mentions_as(role)
                .next()
                .map(|it| it.name.name.clone())
        };
        match statement.kind {
            StatementKind::DropTrigger => {
                self.dropped_triggers.extend(name(MentionRole::Drops));
                true
            }
            StatementKind::CreateTrigger => {
                let made = name(MentionRole::Creates).or_else(|| name(MentionRole::Replaces));
                made.is_some_and(|name| self.dropped_triggers.contains(&name))
            }
            StatementKind::CreatePolicy
            | StatementKind::AlterPolicy
            | StatementKind::DropPolicy => true,
            _ => false,
        }
    }

    fn flush(&mut self, reason: Option<StepReason>) {
        if !self.current.is_empty() {
            self.done.push(Step {
                kind: StepKind::Transaction,
                reason,
                statements: std::mem::take(&mut self.current),
            });
        }
        self.not_valid_here = false;
    }

    fn finish(mut self) -> Vec<Step> {
        self.flush(None);
        if !self.last.is_empty() {
            self.current = std::mem::take(&mut self.last);
            self.flush(Some(StepReason::Supautils));
        }
        self.done
    }
}

impl Step {
    /// The step that validates constraints which an earlier step added NOT VALID.
    /// `constraints` are the statement that added each and its VALIDATE.
    #[must_use]
    pub fn validation(constraints: Vec<(usize, String)>) -> Self {
        let statements = constraints
            .into_iter()
            .map(|(index, sql)| StepStatement {
                index,
                sql,
                validate_later: false,
            })
            .collect();
        Self {
            kind: StepKind::Transaction,
            reason: Some(StepReason::Validation),
            statements,
        }
    }
}

fn as_written(statement: &Statement) -> StepStatement {
    StepStatement {
        index: statement.index,
        sql: statement.text.clone(),
        validate_later: false,
    }
}

fn validates(text: &str) -> bool {
    words_in_a_row(text, "validate", "constraint")
}

fn words_in_a_row(text: &str, first: &str, second: &str) -> bool {
    let words: Vec<_> = text
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    words
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == first && b.starts_with(second)))
}
