//! Many migrations on two throw-away databases at once: while one looks at what each statement does, the other
//! runs ahead without looking, and looks from where the two have equally much left.
//!
//! To look costs more than to execute, and one database uses one core.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{join, try_join_all};
use lodger_migration::migration::Migration;
use lodger_migration::plan::steps::{EmptyDatabase, Step, StepKind, steps};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;

use super::execution::{Execution, KnownStatements, answered};
use super::role::{ensure_home, entry, leave};
use super::run::{Runner, execute};
use super::{Fresh, Shadow, ShadowError, declare_knowing, note_stuck, transaction};
use crate::connect::Session;

/// With fewer statements, the start of a second database would cost more than it saves.
const WORTH_WHILE: usize = 300;

/// Measured: to look at all that so many statements have made takes as long as to execute one and look at what it
/// made.
const FIRST_LOOK: usize = 20;

/// Executes every migration, statement by statement, and tells what each did; a history of many statements on
/// two databases of its own.
///
/// # Errors
/// When a shadow itself fails; a statement that fails is part of the run.
pub async fn declare_all(
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let statements: usize = migrations.iter().map(|it| it.statements.len()).sum();
    let first = Shadow::start(migrations);
    if cores < 2 || statements < WORTH_WHILE || leaves_a_part_for_later(migrations) {
        return first.await?.declare(migrations, settings).await;
    }
    declare_on_two(first, migrations, settings).await
}

/// As [`declare_all`], whatever it is worth.
///
/// # Errors
/// As [`declare_all`].
#[cfg(feature = "testing")]
pub async fn declare_ahead(
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Vec<MigrationRun>, ShadowError> {
    declare_on_two(Shadow::start(migrations), migrations, settings).await
}

/// What a validation is about is found out by looking.
fn leaves_a_part_for_later(migrations: &[Migration]) -> bool {
    let mut steps = migrations.iter().flat_map(|it| steps(it, &EmptyDatabase));
    steps.any(|step| step.statements.iter().any(|it| it.validate_later))
}

async fn declare_on_two(
    first: impl Future<Output = Result<Shadow, ShadowError>>,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let meeting = Meeting::of(migrations);
    let front = async {
        let shadow = first.await?;
        look_until_met(shadow.session(), migrations, settings, &meeting).await
    };
    let ahead = async {
        let shadow = Shadow::start(migrations).await?;
        run_ahead(shadow.session(), migrations, settings, &meeting).await
    };
    match tokio::join!(Box::pin(front), Box::pin(ahead)) {
        (Ok(mut runs), Ok(rest)) => {
            runs.extend(rest);
            Ok(runs)
        }
        (Err(error), _) | (_, Err(error)) => {
            let mut known = KnownStatements::new();
            note_stuck(error, &mut known)?;
            declare_knowing(&Fresh, known, migrations, settings).await
        }
    }
}

async fn look_until_met(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    meeting: &Meeting,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let known = KnownStatements::new();
    let mut runner = Runner::new(session, &settings.schema, None, &known).await?;
    // Asked for one by one, as each is begun.
    let left = migrations.iter().enumerate();
    let left = left.take_while(|(at, _)| meeting.begins(*at));
    runner.run_each(left.map(|(_, migration)| migration)).await
}

/// Executes without looking until it is worth while to look, and then looks at the rest.
async fn run_ahead(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    meeting: &Meeting,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let known = KnownStatements::new();
    ensure_home(session, &settings.schema, None).await?;
    let mut at = 0;
    while !meeting.is_at(at) {
        let Some(migration) = migrations.get(at) else {
            return Ok(Vec::new());
        };
        let done = execute_only(session, migration, &settings.schema).await;
        if done.is_err() {
            // The other one comes across it too, and tells.
            return Ok(Vec::new());
        }
        at += 1;
    }
    leave(session).await?;
    let mut runner = Runner::new(session, &settings.schema, None, &known).await?;
    runner.run_each(migrations.iter().skip(at)).await
}

/// Does what [`Runner::run`] does, and asks nothing.
async fn execute_only(
    session: &Session,
    migration: &Migration,
    schema: &str,
) -> Result<(), ShadowError> {
    let mut entry = entry(schema, None);
    for step in steps(migration, &EmptyDatabase) {
        execute_step(session, migration, step, &entry).await?;
        entry.clear();
    }
    drop(session.take_notices());
    Ok(())
}

/// `entry` comes before it.
async fn execute_step(
    session: &Session,
    migration: &Migration,
    step: Step,
    entry: &str,
) -> Result<(), ShadowError> {
    let statements = step.statements.iter().filter_map(|part| {
        let statement = migration.statements.get(part.index)?;
        Execution::of(statement, &part.sql).sql
    });
    let statements: Vec<String> = statements.collect();
    let client = &session.client;
    if step.kind == StepKind::Transaction {
        // Nearly always all of them succeed, and then none has to be waited for.
        let mut all = vec![entry, "begin"];
        all.extend(statements.iter().map(String::as_str));
        all.push("commit");
        let at_once = try_join_all(all.iter().map(|sql| client.batch_execute(sql))).await;
        if at_once.is_ok() {
            return Ok(());
        }
    }
    execute(session, "to begin again", entry).await?;
    if step.kind == StepKind::Alone {
        for sql in &statements {
            // What it says is told by nobody: the other database has looked at it.
            client.batch_execute(sql).await.ok();
        }
        return Ok(());
    }
    transaction::begin(session).await?;
    for sql in &statements {
        execute_inside(session, sql).await?;
    }
    transaction::commit(session).await.ok();
    Ok(())
}

async fn execute_inside(session: &Session, sql: &str) -> Result<(), ShadowError> {
    let begun = execute(session, "a savepoint", "savepoint lodger");
    let (begun, done) = join(begun, session.client.batch_execute(sql)).await;
    begun?;
    let end = if let Err(error) = done {
        answered(&error)?;
        "rollback to lodger; release lodger"
    } else {
        "release lodger"
    };
    execute(session, "to end a statement", end).await
}

/// Where the two meet. Counted in statements, because migrations differ in length.
struct Meeting {
    /// How many statements come before each migration, and before the end.
    before: Vec<usize>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many migrations the one that looks has begun.
    begun: usize,
    /// The migration from which the other one looks.
    met: Option<usize>,
}

impl Meeting {
    fn of(migrations: &[Migration]) -> Self {
        let mut before = vec![0];
        let mut sum = 0;
        for migration in migrations {
            sum += migration.statements.len();
            before.push(sum);
        }
        Self {
            before,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins this migration, for the one that looks, unless the other one does.
    fn begins(&self, at: usize) -> bool {
        let mut state = self.state();
        let is_left = state.met.is_none_or(|met| at < met);
        if is_left {
            state.begun = at + 1;
        }
        is_left
    }

    /// Is this migration where the one that runs ahead begins to look? It is when from the one that looks to
    /// here there are as many statements as from here to the end, and as many more as its first look is worth.
    fn is_at(&self, at: usize) -> bool {
        let mut state = self.state();
        let count = |migration: usize| self.before.get(migration).copied().unwrap_or_default();
        let all = self.before.last().copied().unwrap_or_default();
        // Its first look is one at everything, which takes as long as some looks at a part.
        let first = count(at) / FIRST_LOOK;
        let is_here = at >= state.begun && 2 * count(at) >= all + count(state.begun) + first;
        if is_here {
            state.met = Some(at);
        }
        is_here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(lengths: &[usize]) -> Meeting {
        let mut before = vec![0];
        for length in lengths {
            before.push(before.last().unwrap() + length);
        }
        Meeting {
            before,
            state: Mutex::default(),
        }
    }

    #[test]
    fn they_meet_in_the_middle_of_what_is_left() {
        let meeting = meeting(&[10; 10]);
        for at in 0..2 {
            assert!(meeting.begins(at));
        }
        assert!(!meeting.is_at(6));
        assert!(meeting.is_at(7));
        assert!(meeting.begins(6));
        assert!(!meeting.begins(7), "the other one looks from here");
    }

    #[test]
    fn who_is_overtaken_does_not_look() {
        let meeting = meeting(&[1; 4]);
        for at in 0..4 {
            assert!(meeting.begins(at));
        }
        assert!((0..4).all(|at| !meeting.is_at(at)));
    }

    #[test]
    fn one_long_migration_is_left_to_one() {
        let meeting = meeting(&[1, 1_000]);
        assert!(meeting.begins(0));
        assert!(!meeting.is_at(0));
        assert!(meeting.begins(1));
        assert!(!meeting.is_at(1));
    }
}
