//! Rehearses what users do with the project's tables, as real users, in one transaction that is always
//! rolled back; then proves that nothing of it is left.

mod access;
mod cascade;
mod error;
mod insert;
mod residue;
mod rights;
mod row;
mod stage;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::check::{Check, CheckReport};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::{Owner, Ownership};
use lodger_migration::rehearse::{Subject, side_effect, subjects};
use lodger_migration::settings::{IdentityTable, Settings};
use uuid::Uuid;

pub use error::RehearseError;

use crate::connect::Session;
use crate::prepare::Present;
use access::Look;
use insert::Put;
use residue::Residue;
use rights::Rights;
use row::Row;
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

/// All that a rehearsal works with.
struct Scene<'a> {
    stage: &'a Stage<'a>,
    present: &'a CatalogSnapshot,
    ownership: &'a Ownership,
    identity: &'a IdentityTable,
    subjects: &'a [Subject],
    rights: &'a Rights,
    cast: &'a Cast,
    despite_side_effects: bool,
}

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

impl Scene<'_> {
    async fn play(
        &self,
        watch: Watch<'_>,
        report: &mut CheckReport,
    ) -> Result<Residue, RehearseError> {
        self.try_roles().await?;
        let mut residue = Residue::before(self.stage, &self.counted()).await?;
        self.stage.undone(self.scenes(watch, report)).await?;
        residue.at_end(self.stage).await?;
        Ok(residue)
    }

    /// Everybody's part can be played.
    async fn try_roles(&self) -> Result<(), RehearseError> {
        let cast = self.cast;
        let actors = [&cast.owner.actor, &cast.other.actor, &cast.anon];
        for actor in actors.into_iter().flatten() {
            self.stage.try_part(actor).await?;
        }
        Ok(())
    }

    /// The tables whose rows are counted before and after: ours, and the users.
    fn counted(&self) -> BTreeSet<ObjectId> {
        let identity = self.identity;
        let users = ObjectId::in_schema(ObjectKind::Table, &identity.schema, &identity.name);
        let tables = self
            .present
            .entries
            .keys()
            .filter(|id| id.kind == ObjectKind::Table);
        let ours = tables.filter(|id| self.ownership.owner(id, self.present) == Owner::Ours);
        ours.cloned().chain([users]).collect()
    }

    async fn scenes(
        &self,
        watch: Watch<'_>,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let (mut owners, mut others) = (BTreeMap::new(), BTreeMap::new());
        let mut puts: BTreeMap<usize, Put> = BTreeMap::new();
        for (at, subject) in self.subjects.iter().enumerate() {
            watch(RehearseEvent::Table {
                table: subject.id.clone(),
            });
            match self.put_both(at, &owners, &others, report).await? {
                Ok((put, other)) => {
                    owners.insert(at, put.row.clone());
                    others.insert(at, other.row);
                    puts.insert(at, put);
                }
                Err(reason) => {
                    report
                        .notes
                        .push(format!("not rehearsed: {}: {reason}", subject.id.name()));
                }
            }
        }
        for (at, put) in &puts {
            self.look_at(*at, put, &owners, report).await?;
        }
        if puts.is_empty() {
            report.checks.push(Check {
                name: "a table of this project is rehearsed".to_owned(),
                passed: false,
                detail: Some("none could be; the notes say why".to_owned()),
            });
            return Ok(());
        }
        watch(RehearseEvent::Cascade);
        let filled: Vec<usize> = puts.into_keys().collect();
        let identity = self.identity;
        let users = ObjectId::in_schema(ObjectKind::Table, &identity.schema, &identity.name);
        match self.side_effects(&side_effect::of_delete(self.present, &users), report) {
            Some(reason) => {
                report
                    .notes
                    .push(format!("not rehearsed: deleting the user: {reason}"));
                Ok(())
            }
            None => self.check_cascade(&filled, report).await,
        }
    }

    /// A row of each user, or why there are none.
    async fn put_both(
        &self,
        at: usize,
        owners: &BTreeMap<usize, Row>,
        others: &BTreeMap<usize, Row>,
        report: &mut CheckReport,
    ) -> Result<Result<(Put, Put), String>, RehearseError> {
        let Some(maker) = self.maker(at) else {
            return Ok(Err("it is gone".to_owned()));
        };
        let subject = maker.subject;
        let events = ["INSERT", "UPDATE", "DELETE"];
        let mut effects = side_effect::of_events(self.present, &subject.id, &events);
        effects.extend(side_effect::of_delete(self.present, &subject.id));
        if let Some(reason) = self.side_effects(&effects, report) {
            return Ok(Err(reason));
        }
        let put = match self.fill(&maker, &self.cast.owner, owners, 1).await? {
            Ok(put) => put,
            Err(reason) => return Ok(Err(reason)),
        };
        let other = self.fill(&maker, &self.cast.other, others, 2).await?;
        Ok(other.map(|other| (put, other)))
    }

    async fn look_at(
        &self,
        at: usize,
        put: &Put,
        owners: &BTreeMap<usize, Row>,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let Some(maker) = self.maker(at) else {
            return Ok(());
        };
        // What it must point at elsewhere, it points at already.
        let keys = maker.key_values(&self.cast.owner.id, owners, &put.row.values);
        let again = keys.ok().map(|keys| (keys, put.choice.clone()));
        let look = Look {
            maker: &maker,
            row: &put.row,
            again: again.filter(|_| !put.row.existing),
        };
        self.check_access(&look, put, report).await
    }

    /// Why something is not done that would reach out of the transaction; notes it where it is done anyway.
    fn side_effects(
        &self,
        effects: &BTreeSet<side_effect::SideEffect>,
        report: &mut CheckReport,
    ) -> Option<String> {
        if !self.despite_side_effects {
            return effects.first().map(refused_effect);
        }
        let fired = effects
            .iter()
            .map(|it| format!("fired as told: {}", it.describe()));
        report.notes.extend(fired);
        None
    }
}

fn refused_effect(effect: &side_effect::SideEffect) -> String {
    format!(
        "{}; --despite-side-effects fires it all the same",
        effect.describe()
    )
}
