//! The order of a rehearsal: rows are put in, looked at by everybody, and go with their user.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::check::{Check, CheckReport};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::{Owner, Ownership};
use lodger_migration::rehearse::{Subject, side_effect};
use lodger_migration::settings::IdentityTable;

use super::access::Look;
use super::insert::Put;
use super::residue::Residue;
use super::rights::Rights;
use super::row::Row;
use super::stage::Stage;
use super::users::Cast;
use super::{RehearseError, RehearseEvent, Watch};

/// All that a rehearsal works with.
pub(super) struct Scene<'a> {
    pub stage: &'a Stage<'a>,
    pub present: &'a CatalogSnapshot,
    pub ownership: &'a Ownership,
    pub identity: &'a IdentityTable,
    pub subjects: &'a [Subject],
    pub rights: &'a Rights,
    pub cast: &'a Cast,
    pub despite_side_effects: bool,
}

impl Scene<'_> {
    /// Plays all of it in the open transaction, and tells how things stood before.
    pub(super) async fn play(
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
