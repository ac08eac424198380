//! Executes migrations statement by statement and tells what each did.

use std::collections::BTreeSet;

use futures_util::future::{join, join3};
use lodger_migration::catalog::{Entries, Entry, Object, Oid};
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectKind;
use lodger_migration::plan::steps::{EmptyDatabase, Step, StepKind, StepStatement, steps};
use lodger_migration::run::{MigrationRun, StatementRun, StepRun};
use lodger_migration::statement::{Statement, TransactionMode};

#[cfg(feature = "testing")]
use super::comparison::Comparison;
use super::execution::{
    Execution, Known, KnownStatements, answered, changes_unseen, fail, line_in_block,
};
use super::habit::Habits;
use super::observed::Observer;
use super::role::{ensure_home, entry, leave};
use super::state::State;
use super::written::Written;
use super::{ShadowError, transaction};
use crate::connect::Session;
use crate::sql::{qualified, quoted};

/// Runs migrations on one throw-away database.
pub(crate) struct Runner<'a> {
    pub(super) session: &'a Session,
    schema: &'a str,
    pub(super) role: Option<&'a str>,
    pub(super) state: State,
    pub(super) observer: Observer,
    pub(super) search_path: Vec<String>,
    pub(super) locks: BTreeSet<String>,
    pub(super) version: String,
    known: &'a KnownStatements,
    /// What stood there before the migration.
    pub(super) there_before: Entries,
    /// The event triggers have noted something that is not forgotten yet.
    pub(super) noted: bool,
    /// The savepoint of the last statement is still there.
    pub(super) open: bool,
    /// And so is that of the look at what it did: it goes with the next message.
    pub(super) looking: bool,
    pub(super) habits: Habits,
    /// SQL with which the next migration begins: it goes with its first message.
    entry: String,
    /// What tests ask for: a look at everything after each statement.
    #[cfg(feature = "testing")]
    pub(super) comparison: Option<Comparison>,
}

impl<'a> Runner<'a> {
    /// Prepares to run migrations whose unqualified names go to `schema`, as `role` or as the superuser.
    pub(crate) async fn new(
        session: &'a Session,
        schema: &'a str,
        role: Option<&'a str>,
        known: &'a KnownStatements,
    ) -> Result<Self, ShadowError> {
        ensure_home(session, schema, role).await?;
        let state = transaction::look_around(session).await?;
        let mut observer = Observer::new(session).await?;
        observer.saw_all(&state.0.entries);
        Ok(Self {
            session,
            schema,
            role,
            state: State::new(state),
            observer,
            search_path: Vec::new(),
            locks: BTreeSet::new(),
            version: String::new(),
            known,
            there_before: Entries::new(),
            noted: false,
            open: false,
            looking: false,
            habits: Habits::default(),
            entry: String::new(),
            #[cfg(feature = "testing")]
            comparison: None,
        })
    }

    /// Runs migrations as on an empty database, one after the other.
    pub(super) async fn run_each(
        &mut self,
        migrations: impl IntoIterator<Item = &Migration>,
    ) -> Result<Vec<MigrationRun>, ShadowError> {
        let mut runs = Vec::new();
        for migration in migrations {
            runs.push(
                self.run(migration, steps(migration, &EmptyDatabase))
                    .await?,
            );
        }
        self.leave().await?;
        Ok(runs)
    }

    /// Ends the last migration: the superuser goes on.
    pub(crate) async fn leave(&self) -> Result<(), ShadowError> {
        leave(self.session).await
    }

    /// Runs one migration, step by step. A statement that fails is undone, and the run goes on with
    /// the next, so that one failure does not hide what else is wrong. The session stays as the migration
    /// leaves it, until the next one or [`Self::leave`].
    pub(crate) async fn run(
        &mut self,
        migration: &Migration,
        steps: Vec<Step>,
    ) -> Result<MigrationRun, ShadowError> {
        self.entry = entry(self.schema, self.role);
        self.version.clone_from(&migration.version);
        self.there_before = self.state.now().entries.clone();
        let mut run = MigrationRun {
            version: migration.version.clone(),
            before: self.state.now().clone(),
            statements: vec![StatementRun::default(); migration.statements.len()],
            ..MigrationRun::default()
        };
        for (slot, statement) in run.statements.iter_mut().zip(&migration.statements) {
            if statement.transaction == TransactionMode::Control {
                slot.not_evaluated = Some("it controls the transaction itself".to_owned());
            }
        }
        let mut later = Vec::new();
        for step in steps {
            let step = self.step(migration, step, &mut run, &mut later).await?;
            run.steps.push(step);
        }
        let later = self.still_unvalidated(later);
        if !later.is_empty() {
            let step = Step::validation(later);
            let step = self
                .step(migration, step, &mut run, &mut Vec::new())
                .await?;
            run.steps.push(step);
        }
        run.after = self.state.now().clone();
        Ok(run)
    }

    async fn step(
        &mut self,
        migration: &Migration,
        step: Step,
        run: &mut MigrationRun,
        later: &mut Vec<(usize, Oid)>,
    ) -> Result<StepRun, ShadowError> {
        self.state.begin_step();
        self.observer.begin();
        let entry = std::mem::take(&mut self.entry);
        let entered = execute(self.session, "the project's role", &entry);
        let begun = async {
            match step.kind {
                StepKind::Transaction => transaction::begin(self.session).await,
                StepKind::Alone => Ok(()),
            }
        };
        let asked = self.observer.ask(&self.session.client);
        // They are polled in this order, so that their messages go out in this order, and together.
        let (entered, begun, answer) = join3(entered, begun, asked).await;
        entered.and(begun)?;
        self.note(answer)?;
        for part in &step.statements {
            let Some(statement) = migration.statements.get(part.index) else {
                continue;
            };
            let did = match step.kind {
                StepKind::Transaction => self.inside(statement, part).await?,
                StepKind::Alone => self.alone(statement, part).await?,
            };
            if part.validate_later {
                later.extend(unvalidated(&did.entries).map(|oid| (part.index, oid)));
            }
            if !run.order.contains(&part.index) {
                run.order.push(part.index);
            }
            if let Some(slot) = run.statements.get_mut(part.index) {
                merge(slot, did);
            }
        }
        if step.kind == StepKind::Transaction {
            self.commit(&step, run).await?;
        }
        self.locks.clear();
        self.open = false;
        let (difference, entries) = self.state.of_step();
        Ok(StepRun {
            step,
            difference,
            entries,
        })
    }

    /// Deferred constraints are checked here; the step's last statement stands for the failure.
    async fn commit(&mut self, step: &Step, run: &mut MigrationRun) -> Result<(), ShadowError> {
        let end = self.end_of_look();
        let ended = execute(self.session, "to end a look", &end);
        let (ended, done) = join(ended, transaction::commit(self.session)).await;
        ended?;
        let Err(error) = done else {
            return Ok(());
        };
        let last = step.statements.last().map_or(0, |it| it.index);
        if let Some(slot) = run.statements.get_mut(last) {
            slot.failure = Some(answered(&error)?);
        }
        self.replace(transaction::look_around(self.session).await?);
        Ok(())
    }

    async fn inside(
        &mut self,
        statement: &Statement,
        part: &StepStatement,
    ) -> Result<StatementRun, ShadowError> {
        let mut did = self.begin_run();
        let known = self.known.get(&(self.version.clone(), statement.index));
        let sql = match known {
            Some(Known::Fails(failure)) => {
                fail(&mut did, failure.clone(), statement);
                return Ok(did);
            }
            Some(Known::Unknown(failure)) => {
                did.not_evaluated = Some(format!(
                    "an error passes through an EXCEPTION clause, which the embedded server cannot \
                     follow: {}",
                    failure.message
                ));
                return Ok(did);
            }
            Some(Known::Instead(sql)) => sql,
            None => &part.sql,
        };
        let plan = Execution::of(statement, sql);
        did.not_evaluated.clone_from(&plan.reason);
        let Some(sql) = plan.sql else { return Ok(did) };
        drop(self.session.take_notices());
        let written = Written::before(self.session, statement).await?;
        let done = self.perform(statement, &sql, plan.as_superuser).await?;
        did.notices = self.session.take_notices();
        if let Err(error) = done.answer {
            let failure = answered(&error)?;
            let known = Known::of(statement, &sql, &failure, line_in_block(&error));
            self.go_back(statement, known).await?;
            fail(&mut did, failure, statement);
            return Ok(did);
        }
        if let Some(written) = written {
            did.written = written.since(self.session, self.state.now()).await?;
        }
        self.looking |= done.asked.is_some();
        let mut observed = self.note(done.left)?;
        observed.all |= changes_unseen(&statement.kind, &sql);
        self.look(&observed, done.asked, statement, &mut did)
            .await?;
        #[cfg(feature = "testing")]
        self.compare(&sql).await?;
        Ok(did)
    }

    async fn alone(
        &mut self,
        statement: &Statement,
        part: &StepStatement,
    ) -> Result<StatementRun, ShadowError> {
        let mut did = self.begin_run();
        let plan = Execution::of(statement, &part.sql);
        did.not_evaluated.clone_from(&plan.reason);
        let Some(sql) = plan.sql else { return Ok(did) };
        let answer = self.session.client.batch_execute(&sql).await;
        did.notices = self.session.take_notices();
        if let Err(error) = answer {
            fail(&mut did, answered(&error)?, statement);
        }
        let after = transaction::look_around(self.session).await?;
        (did.difference, did.entries) = self.replace(after);
        Ok(did)
    }

    /// VALIDATE for those of the constraints that are there at the end of the migration, by the names that they have then.
    fn still_unvalidated(&self, constraints: Vec<(usize, Oid)>) -> Vec<(usize, String)> {
        let now = self.state.now();
        let sql = |oid| {
            let id = now.by_oid(ObjectKind::Constraint, oid)?;
            let Object::Constraint(it) = &now.get(id)?.object else {
                return None;
            };
            let table = qualified(id.schema.as_ref()?, id.table.as_ref()?);
            let sql = format!(
                "alter table {table} validate constraint {}",
                quoted(&id.name)
            );
            (!it.validated).then_some(sql)
        };
        let all = constraints.into_iter();
        all.filter_map(|(index, oid)| Some((index, sql(oid)?)))
            .collect()
    }

    fn begin_run(&self) -> StatementRun {
        StatementRun {
            search_path: self.search_path.clone(),
            ..StatementRun::default()
        }
    }
}

/// The constraints among `entries` that are not validated.
fn unvalidated(entries: &Entries) -> impl Iterator<Item = Oid> {
    let is_open = |entry: &Entry| matches!(&entry.object, Object::Constraint(it) if !it.validated);
    let open = entries.values().filter(move |entry| is_open(entry));
    open.map(|entry| entry.oid)
}

/// A statement may run in two parts: its own, and the validation of what it added.
fn merge(slot: &mut StatementRun, did: StatementRun) {
    if slot.search_path.is_empty() {
        *slot = did;
        return;
    }
    slot.entries.extend(did.entries);
    slot.notices.extend(did.notices);
    slot.locks.extend(did.locks);
    slot.written.extend(did.written);
    slot.failure = slot.failure.take().or(did.failure);
}

/// Runs SQL that nothing is told of, unless Postgres refuses `what` it does.
pub(crate) async fn execute(
    session: &Session,
    what: &'static str,
    sql: &str,
) -> Result<(), ShadowError> {
    session
        .client
        .batch_execute(sql)
        .await
        .map_err(|source| ShadowError::Refused { what, source })
}
