//! Compares the outcomes of a statement with what it really did, and their owners with who made what.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Change, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::outcome::{Action, Outcome};
use lodger_migration::owner::Owner;
use lodger_migration::run::Notice;

use super::instance::{Makers, changes};
use super::real::Ran;

/// Notices that say "already exists, skipping".
const SKIPPED: [&str; 5] = ["42P07", "42710", "42701", "42723", "42P06"];

/// In what the outcomes are not what happened. `makers` knows who made what, this statement included.
/// `foreseen` are the notices of the predicted run.
pub(crate) fn check(
    outcomes: &[Outcome],
    ran: &Ran,
    foreseen: &[Notice],
    makers: &Makers,
) -> Vec<String> {
    if let Some((code, _)) = &ran.failure {
        return failed(outcomes, code);
    }
    let mut changes = changes(&ran.before, &ran.after);
    let renamed = take_renamed(&mut changes, ran);
    let look = Look {
        outcomes,
        ran,
        foreseen,
        changes,
        renamed,
        makers,
    };
    let mut found = look.made_and_gone();
    found.extend(look.renamed());
    found.extend(look.altered());
    found.extend(look.attached());
    found.extend(look.skipped());
    found.extend(look.written());
    found.extend(look.owners());
    found
}

fn failed(outcomes: &[Outcome], code: &str) -> Vec<String> {
    let fits = |it: &Outcome| {
        let detail = it.detail.as_deref().unwrap_or_default();
        it.action == Action::Fails && detail.ends_with(&format!("({code})"))
    };
    match outcomes {
        [one] if fits(one) => Vec::new(),
        _ => vec![format!(
            "fails with {code}, and the outcomes are {outcomes:?}"
        )],
    }
}

/// What is the same object under another name: the old name and the new one.
fn take_renamed(changes: &mut BTreeMap<ObjectId, Change>, ran: &Ran) -> Vec<(ObjectId, ObjectId)> {
    let oid = |id: &ObjectId, snapshot: &CatalogSnapshot| snapshot.get(id).map(|entry| entry.oid);
    let mut renamed = Vec::new();
    for (old, _) in changes.iter().filter(|(_, it)| **it == Change::Dropped) {
        let same =
            |new: &&ObjectId| new.kind == old.kind && oid(new, &ran.after) == oid(old, &ran.before);
        let new = changes.iter().filter(|(_, it)| **it == Change::Created);
        if let Some(new) = new.map(|(id, _)| id).find(same) {
            renamed.push((old.clone(), new.clone()));
        }
    }
    for (old, new) in &renamed {
        changes.remove(old);
        changes.remove(new);
    }
    renamed
}

struct Look<'a> {
    outcomes: &'a [Outcome],
    ran: &'a Ran,
    foreseen: &'a [Notice],
    changes: BTreeMap<ObjectId, Change>,
    renamed: Vec<(ObjectId, ObjectId)>,
    makers: &'a Makers,
}

impl Look<'_> {
    fn of(&self, action: &Action) -> BTreeSet<&ObjectId> {
        let with = self.outcomes.iter().filter(|it| it.action == *action);
        with.filter_map(|it| it.object.as_ref()).collect()
    }

    fn real(&self, wanted: &Change) -> BTreeSet<&ObjectId> {
        let kind = std::mem::discriminant(wanted);
        let of_kind = self.changes.iter();
        of_kind
            .filter(|(_, change)| std::mem::discriminant(*change) == kind)
            .map(|(id, _)| id)
            .collect()
    }

    fn made_and_gone(&self) -> Vec<String> {
        let mut found = Vec::new();
        let (said, made) = (self.of(&Action::Creates), self.real(&Change::Created));
        for id in made.iter().filter(|id| !said.contains(*id)) {
            if !whole(id, &self.ran.after)
                .iter()
                .any(|it| made.contains(it))
            {
                found.push(format!("creates {id}, and no outcome says so"));
            }
        }
        for id in said.difference(&made) {
            found.push(format!("does not create {id}, and an outcome says so"));
        }
        let along: BTreeSet<&ObjectId> = self
            .outcomes
            .iter()
            .flat_map(|it| it.cascades.iter().map(|(id, _)| id))
            .collect();
        let gone = self.real(&Change::Dropped);
        let said: BTreeSet<&ObjectId> = self.of(&Action::Drops).union(&along).copied().collect();
        for id in gone.iter().filter(|id| !said.contains(*id)) {
            if !whole(id, &self.ran.before)
                .iter()
                .any(|it| gone.contains(it))
            {
                found.push(format!("drops {id}, and no outcome says so"));
            }
        }
        for id in said.difference(&gone) {
            if id.kind != ObjectKind::Column {
                found.push(format!("does not drop {id}, and an outcome says so"));
            }
        }
        found
    }

    fn renamed(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (old, new) in &self.renamed {
            let says = |it: &Outcome| {
                it.object.as_ref() == Some(old)
                    && it.action == Action::Alters
                    && it.related.contains(new)
            };
            let with_another = whole(old, &self.ran.before);
            let with_another = with_another
                .iter()
                .any(|it| self.renamed.iter().any(|(old, _)| old == it));
            if !with_another && !self.outcomes.iter().any(says) {
                found.push(format!("renames {old} to {new}, and no outcome says so"));
            }
        }
        found
    }

    fn altered(&self) -> Vec<String> {
        let mut found = Vec::new();
        let really = |id: &ObjectId| {
            matches!(
                self.changes.get(id),
                Some(Change::Altered(_) | Change::Recreated(_))
            )
        };
        let says = [
            Action::Alters,
            Action::Replaces,
            Action::Grants,
            Action::Sets,
            Action::AttachesTo,
        ];
        let said: BTreeSet<&ObjectId> = says.iter().flat_map(|it| self.of(it)).collect();
        for id in self.changes.keys().filter(|id| really(id)) {
            if !said.contains(id) {
                found.push(format!("alters {id}, and no outcome says so"));
            }
        }
        let renamed = |id: &ObjectId| self.renamed.iter().any(|(old, _)| old == id);
        for action in [Action::Alters, Action::Grants, Action::Sets] {
            let unreal = |id: &&ObjectId| !really(id) && !renamed(id);
            for id in self.of(&action).into_iter().filter(unreal) {
                found.push(format!("does not alter {id}, and an outcome says so"));
            }
        }
        found
    }

    /// What is new on a table that is not ours.
    fn attached(&self) -> Vec<String> {
        let mut found = Vec::new();
        for id in self.real(&Change::Created) {
            let Some(entry) = self.ran.after.get(id) else {
                continue;
            };
            let mut hosts: Vec<ObjectId> = match &entry.object {
                Object::Constraint(_)
                | Object::Trigger(_)
                | Object::Policy(_)
                | Object::Rule(_) => relation(id, id.table.as_deref(), &self.ran.after),
                Object::Index(index) => relation(id, Some(&index.table), &self.ran.after),
                _ => Vec::new(),
            };
            if let Object::Constraint(it) = &entry.object
                && let Some(key) = &it.foreign_key
            {
                hosts.push(ObjectId::in_schema(
                    ObjectKind::Table,
                    &key.schema,
                    &key.table,
                ));
            }
            hosts.retain(|host| self.makers.owner(host, &self.ran.after) != Owner::Ours);
            for host in hosts {
                let says = |it: &Outcome| {
                    it.action == Action::AttachesTo
                        && it.object.as_ref() == Some(&host)
                        && it.related.contains(id)
                };
                if !self.outcomes.iter().any(says) {
                    found.push(format!("attaches {id} to {host}, and no outcome says so"));
                }
            }
        }
        found
    }

    fn skipped(&self) -> Vec<String> {
        let mut found = Vec::new();
        let skips = [
            Action::AlreadyThere,
            Action::SkippedSameShape,
            Action::SkippedDifferentShape,
        ];
        let said: BTreeSet<&ObjectId> = skips.iter().flat_map(|it| self.of(it)).collect();
        for id in &said {
            let column = id.parent_table().filter(|_| id.kind == ObjectKind::Column);
            if self.ran.before.get(column.as_ref().unwrap_or(id)).is_none() {
                found.push(format!(
                    "{id} is not there, and an outcome says that it is skipped"
                ));
            }
        }
        let global = self.ran.sql.starts_with("create schema");
        // What the statement itself has just made is skipped too.
        let made_here = |message: &str| {
            let name = message.split('"').nth(1);
            let mut made = self.real(&Change::Created).into_iter();
            made.any(|id| Some(id.name.as_str()) == name)
        };
        // When a block's error is caught, what it had done is undone, and only its notices are left. The
        // embedded server cannot run such a block: the mirror runs what it comes to, which says nothing.
        let undone = |it: &Notice| {
            let catches = self.ran.sql.contains("exception when");
            let foreseen = self.foreseen.iter().any(|said| said.message == it.message);
            catches && !foreseen && self.changes.is_empty()
        };
        let notice = self.ran.notices.iter().find(|it| {
            let skips = SKIPPED.contains(&it.sqlstate.as_str());
            skips && !made_here(&it.message) && !undone(it)
        });
        if let Some(notice) = notice.filter(|_| said.is_empty() && !global) {
            found.push(format!("{}, and no outcome says so", notice.message));
        }
        found
    }

    fn written(&self) -> Vec<String> {
        let said = self.of(&Action::WritesRows);
        // What triggers do with rows that are there does not show where there are none.
        let triggers = |id: &&ObjectId| {
            let mut all = self.ran.before.entries.keys();
            all.any(|it| it.kind == ObjectKind::Trigger && it.parent_table().as_ref() == Some(*id))
        };
        let on_rows = !self.ran.sql.starts_with("insert");
        if on_rows && self.ran.written.keys().any(|id| triggers(&id)) {
            return Vec::new();
        }
        let unsaid = self.ran.written.iter().filter(|(id, _)| !said.contains(id));
        unsaid
            .map(|(id, count)| format!("writes {count} rows of {id}, and no outcome says so"))
            .collect()
    }

    fn owners(&self) -> Vec<String> {
        let wrong = |id: &ObjectId, said: &Owner| {
            let there = if self.ran.before.get(id).is_some() {
                &self.ran.before
            } else {
                &self.ran.after
            };
            let real = self.makers.owner(id, there);
            (real != *said).then(|| format!("{id} is {real:?}, and an outcome says {said:?}"))
        };
        let own = self
            .outcomes
            .iter()
            .filter_map(|it| wrong(it.object.as_ref()?, &it.owner));
        let along = self
            .outcomes
            .iter()
            .flat_map(|it| &it.cascades)
            .filter_map(|(id, owner)| wrong(id, owner));
        own.chain(along).collect()
    }
}

/// The table or view of a name in the schema of `id`.
fn relation(id: &ObjectId, name: Option<&str>, snapshot: &CatalogSnapshot) -> Vec<ObjectId> {
    let (Some(schema), Some(name)) = (id.schema.as_deref(), name) else {
        return Vec::new();
    };
    [ObjectKind::Table, ObjectKind::View]
        .into_iter()
        .map(|kind| ObjectId::in_schema(kind, schema, name))
        .filter(|it| snapshot.get(it).is_some())
        .collect()
}

/// What an object is a part of.
fn whole(id: &ObjectId, snapshot: &CatalogSnapshot) -> Vec<ObjectId> {
    let object = snapshot.get(id).map(|entry| &entry.object);
    let schema = id.schema.clone().unwrap_or_default();
    match object {
        Some(Object::Index(index)) => {
            let mut all = relation(id, Some(&index.table), snapshot);
            all.extend(index.constraint.as_ref().map(|name| {
                ObjectId::on_table(ObjectKind::Constraint, schema, &index.table, name)
            }));
            all
        }
        Some(Object::Sequence(sequence)) => {
            let owner = sequence.owned_by.iter();
            let table = |it: &String| {
                let mut parts = it.splitn(3, '.').map(ToOwned::to_owned);
                Some(ObjectId::in_schema(
                    ObjectKind::Table,
                    parts.next()?,
                    parts.next()?,
                ))
            };
            owner.filter_map(table).collect()
        }
        _ => relation(id, id.table.as_deref(), snapshot),
    }
}
