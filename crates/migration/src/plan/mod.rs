//! The plan: what each statement will do to one database, before anything is done to it.
//!
//! [`plan`] is a pure function of what the migrations declare (their run on an empty shadow database),
//! what they did on a mirror of the target, whose each object is, and the names in the text.

pub mod expected;
mod known;
mod outcomes;
pub mod reach;
pub mod steps;

use std::collections::BTreeMap;

use crate::allowance::{self, Scope};
use crate::catalog::CatalogSnapshot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::migration::Migration;
use crate::object::ObjectKind;
use crate::outcome::Outcome;
use crate::owner::Ownership;
use crate::project::Project;
use crate::rules::{PlanView, RuleContext};
use crate::run::MigrationRun;
use crate::settings::Settings;
use crate::{lint, parallel};
use known::Known;

/// Where a migration stands in the project's history on one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationState {
    /// Not applied yet.
    Pending,
    /// Applied, and the file is still the same.
    Applied,
    /// Declared to be there already.
    Baseline,
    /// Applied, and the file has changed since.
    Edited,
    /// In the history, and no file of that version.
    Missing,
    /// Not applied, and older than one that is.
    OutOfOrder,
    /// Started and not finished: some of its steps may be in place.
    Interrupted {
        /// The number of its steps that are finished.
        steps_done: usize,
    },
}

impl MigrationState {
    /// The state's name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Baseline => "baseline",
            Self::Edited => "edited",
            Self::Missing => "missing",
            Self::OutOfOrder => "out_of_order",
            Self::Interrupted { .. } => "interrupted",
        }
    }

    /// It is still to be applied.
    #[must_use]
    pub fn is_due(&self) -> bool {
        matches!(
            self,
            Self::Pending | Self::OutOfOrder | Self::Interrupted { .. }
        )
    }
}

/// What a plan is made from, besides the settings.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// All migrations of the project, in order.
    pub migrations: &'a [Migration],
    /// Where each stands, in the same order.
    pub states: &'a [MigrationState],
    /// What all of them did on the shadow database, in the same order; may be empty when none is due.
    pub declared: &'a [MigrationRun],
    /// What those that are due did on a mirror of the database, in order.
    pub mirrored: &'a [MigrationRun],
    /// The database's own catalog snapshot.
    pub present: &'a CatalogSnapshot,
    /// Its [`fingerprint`](crate::catalog::fingerprint).
    pub fingerprint: &'a str,
    /// Whose each object is.
    pub ownership: &'a Ownership,
    /// The versions in Supabase's own history that this project has not applied, with their names.
    pub taken_versions: &'a BTreeMap<String, String>,
}

/// What a set of migrations will do to one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The project.
    pub project: String,
    /// `server_version` of the database.
    pub server_version: String,
    /// The throw-away server that the migrations were tried on; `None` where none was due.
    pub tried_on: Option<TriedOn>,
    /// Digest of the catalog that the plan was made for.
    pub fingerprint: String,
    /// Every migration, in order.
    pub migrations: Vec<PlannedMigration>,
    /// What the rules say about those that are due.
    pub diagnostics: Vec<Diagnostic>,
}

/// The server that a plan's migrations were tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedOn {
    /// Its `server_version`.
    pub server_version: String,
    /// The database's server has the same major version.
    pub same_major: bool,
}

/// One migration of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMigration {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Where it stands.
    pub state: MigrationState,
    /// What its statements will do; empty when it is not due.
    pub statements: Vec<PlannedStatement>,
    /// What it did on the mirror, step by step: what apply compares with. `None` when it is not due.
    pub run: Option<MigrationRun>,
}

/// One statement of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStatement {
    /// Its position in the file, from 0.
    pub index: usize,
    /// Line of its first token, from 1.
    pub line: u32,
    /// Column of its first token, from 1.
    pub column: u32,
    /// What it is.
    pub kind: String,
    /// Its text.
    pub text: String,
    /// What it will do to each object.
    pub outcomes: Vec<Outcome>,
    /// The locks it takes on relations that are there already.
    pub locks: Vec<crate::run::Lock>,
}

impl Plan {
    /// Something in it would harm somebody or not do what it says, or the files are not those that
    /// were applied.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let error = |it: &Diagnostic| it.severity == Severity::Error;
        self.diagnostics.iter().any(error) || self.edited().next().is_some()
    }

    /// The migrations whose files were edited after they were applied.
    pub fn edited(&self) -> impl Iterator<Item = &PlannedMigration> {
        self.migrations
            .iter()
            .filter(|it| it.state == MigrationState::Edited)
    }

    /// The word for it in JSON.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        if self.is_refused() {
            "refused"
        } else {
            "clean"
        }
    }

    /// The migrations that are still to be applied.
    pub fn due(&self) -> impl Iterator<Item = &PlannedMigration> {
        self.migrations.iter().filter(|it| it.state.is_due())
    }
}

/// Plans the migrations that are due.
#[must_use]
pub fn plan(settings: &Settings, input: &PlanInput<'_>) -> Plan {
    let looks = looks(input);
    let diagnostics = diagnostics(settings, input, &looks);
    let whole = input.states.iter().all(MigrationState::is_due);
    let scope = if whole { Scope::Whole } else { Scope::Part };
    let diagnostics = allowance::apply(settings, diagnostics, scope);
    let all = input.migrations.iter().zip(input.states).zip(looks);
    let migrations = all.map(|((migration, state), look)| PlannedMigration {
        version: migration.version.clone(),
        name: migration.name.clone(),
        file: migration.file.clone(),
        state: state.clone(),
        run: look.as_ref().map(|it| it.run.clone()),
        statements: look.map_or_else(Vec::new, |it| {
            planned_statements(migration, it.run, it.outcomes)
        }),
    });
    let migrations = migrations.collect();
    Plan {
        project: settings.project.clone(),
        server_version: input.present.server.version.clone(),
        tried_on: input.mirrored.first().map(|run| TriedOn {
            server_version: run.before.server.version.clone(),
            same_major: run.before.server.major() == input.present.server.major(),
        }),
        fingerprint: input.fingerprint.to_owned(),
        migrations,
        diagnostics,
    }
}

/// What a migration that is due will do.
struct DueLook<'a> {
    declared: &'a MigrationRun,
    run: &'a MigrationRun,
    outcomes: Vec<Vec<Outcome>>,
}

/// What each migration will do; `None` for those that are not due.
fn looks<'a>(input: &PlanInput<'a>) -> Vec<Option<DueLook<'a>>> {
    let mut mirrored = input.mirrored.iter();
    // What an earlier migration of this very plan makes is ours, though nobody has claimed it yet.
    let mut known = Known::default();
    let mut lacking: Option<String> = None;
    let all = input.migrations.iter().zip(input.states).enumerate();
    all.map(|(at, (migration, state))| {
        let run = mirrored.by_ref();
        let run = state.is_due().then(|| run.next()).flatten()?;
        let declared = input.declared.get(at)?;
        lacking = lacking.take().or_else(|| not_mirrored(input.present, run));
        let lacks = lacking.as_deref();
        let ownership = input.ownership;
        let outcomes = outcomes::outcomes(migration, declared, run, ownership, &mut known, lacks);
        let statements = migration.statements.iter().zip(&run.statements);
        let mut absent = statements.filter_map(|(it, run)| outcomes::not_at_hand(it, run));
        lacking = lacking.take().or_else(|| absent.next());
        Some(DueLook {
            declared,
            run,
            outcomes,
        })
    })
    .collect()
}

/// What the rules say about the migrations that are due.
fn diagnostics(
    settings: &Settings,
    input: &PlanInput<'_>,
    looks: &[Option<DueLook<'_>>],
) -> Vec<Diagnostic> {
    let project = Project::of(settings, input.migrations);
    let found = parallel::map(looks, |at, look| {
        let (Some(look), Some(migration)) = (look, input.migrations.get(at)) else {
            return Vec::new();
        };
        let view = PlanView {
            run: look.run,
            present: input.present,
            ownership: input.ownership,
            outcomes: &look.outcomes,
            taken_versions: input.taken_versions,
        };
        let context = RuleContext {
            settings,
            migrations: input.migrations,
            migration,
            declared: Some(look.declared),
            planned: Some(view),
        };
        lint::check(&project, at, &context)
    });
    found.into_iter().flatten().collect()
}

/// An extension of the database that the mirror does not have.
fn not_mirrored(present: &CatalogSnapshot, run: &MigrationRun) -> Option<String> {
    let mut extensions = present.all_of(ObjectKind::Extension);
    let missing = extensions.find(|id| run.before.get(id).is_none() && id.name != "plpgsql");
    missing.map(|id| id.name.clone())
}

fn planned_statements(
    migration: &Migration,
    run: &MigrationRun,
    outcomes: Vec<Vec<Outcome>>,
) -> Vec<PlannedStatement> {
    migration
        .statements
        .iter()
        .zip(&run.statements)
        .zip(outcomes)
        .map(|((statement, run), outcomes)| PlannedStatement {
            index: statement.index,
            line: statement.line,
            column: statement.column,
            kind: statement.kind.as_str().to_owned(),
            text: statement.text.clone(),
            outcomes,
            locks: run.locks.clone(),
        })
        .collect()
}
