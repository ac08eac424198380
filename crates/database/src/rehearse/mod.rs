//! Rehearses what users do with the project's tables, as real users, in one transaction that is always
//! rolled back; then proves that nothing of it is left.

mod access;
mod cascade;
mod error;
mod insert;
mod residue;
mod rights;
mod row;
mod scene;
mod stage;
mod users;

use std::time::Duration;

use lodger_migration::check::CheckReport;
use lodger_migration::object::ObjectId;
use lodger_migration::rehearse::subjects;
use lodger_migration::settings::Settings;
use uuid::Uuid;

pub use error::RehearseError;

use crate::connect::Session;
use crate::prepare::Present;
use rights::Rights;
use scene::Scene;
use stage::Stage;
use users::Cast;

/// What was rehearsed.
pub type RehearseReport = CheckReport;

/// How often a rehearsal begins anew that collided with somebody's sign-in.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// How to rehearse.
#[derive(Debug, Clone, Default)]
pub struct RehearseOptions {
    /// The users to rehearse as, the owner of the rows first. Lodger chooses those that are not named.
    pub as_users: Vec<Uuid>,
    /// Fire triggers too whose effects no rollback takes back.
    pub despite_side_effects: bool,
}

/// What happens, for whoever watches.
#[derive(Debug, Clone)]
pub enum RehearseEvent {
    /// The rehearsal begins; again, if it collided with others.
    Begins {
        /// From 1.
        attempt: u32,
    },
    /// A table's turn.
    Table {
        /// The table.
        table: ObjectId,
    },
    /// A user is deleted, for the time being.
    Cascade,
    /// All is rolled back; what is left is looked for.
    Proof,
}

/// Whoever watches.
type Watch<'a> = &'a mut (dyn FnMut(RehearseEvent) + Send);

/// Rehearses, as two users and as `anon`, everything that is done with the tables of the project whose
/// rows belong to users, and rolls it back.
///
/// # Errors
/// When it cannot be held. What does not hold is no error.
pub async fn rehearse(
    session: &Session,
    settings: &Settings,
    options: &RehearseOptions,
    watch: &mut (dyn FnMut(RehearseEvent) + Send),
) -> Result<RehearseReport, RehearseError> {
    let mut attempt = 1;
    loop {
        watch(RehearseEvent::Begins { attempt });
        match once(session, settings, options, watch).await {
            Err(RehearseError::Busy { .. }) if attempt < ATTEMPTS => attempt += 1,
            ended => return ended,
        }
        tokio::time::sleep(PAUSE * attempt).await;
    }
}

async fn once(
    session: &Session,
    settings: &Settings,
    options: &RehearseOptions,
    watch: Watch<'_>,
) -> Result<RehearseReport, RehearseError> {
    let client = &session.client;
    let present = Present::load(session, &settings.project).await?;
    let snapshot = &present.snapshot;
    let identity = &settings.identity_table;
    if snapshot.server.read_only {
        return Err(RehearseError::ReadOnly);
    }
    let cast = users::choose(
        client,
        snapshot,
        identity,
        &settings.schema,
        &options.as_users,
    )
    .await?;
    let found = subjects(snapshot, &present.ownership, identity);
    let mut report = CheckReport::default();
    note_missing_roles(&cast, &mut report);
    for (table, reason) in &found.left_out {
        report
            .notes
            .push(format!("not rehearsed: {}: {reason}", table.name()));
    }
    let actors = [&cast.owner.actor, &cast.other.actor, &cast.anon];
    let roles: Vec<&str> = actors
        .into_iter()
        .flatten()
        .map(|it| it.role.as_str())
        .collect();
    let rights = Rights::load(client, &found.subjects, &roles).await?;
    let stage = Stage::begin(client).await?;
    let scene = Scene {
        stage: &stage,
        present: snapshot,
        ownership: &present.ownership,
        identity,
        subjects: &found.subjects,
        rights: &rights,
        cast: &cast,
        despite_side_effects: options.despite_side_effects,
    };
    let played = scene.play(watch, &mut report).await;
    // Whatever happened: if the connection is gone, the server has rolled back already.
    let ended = stage.roll_back().await;
    let residue = played?;
    ended?;
    watch(RehearseEvent::Proof);
    residue.check(client, snapshot, &mut report).await?;
    drop(session.take_notices());
    Ok(report)
}

fn note_missing_roles(cast: &Cast, report: &mut CheckReport) {
    if cast.owner.actor.is_none() {
        let note = "there is no role `authenticated` here: who sees whose rows was not rehearsed";
        report.notes.push(note.to_owned());
    }
    if cast.anon.is_none() {
        let note =
            "there is no role `anon` here: what people see who are not signed in was not rehearsed";
        report.notes.push(note.to_owned());
    }
}
