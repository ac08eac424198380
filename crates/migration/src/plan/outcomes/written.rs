//! The tables whose rows a statement writes: those that it names, those that were written on the mirror, and
//! those that foreign keys reach, for which there are no rows on a mirror.

use std::collections::BTreeSet;

use super::Look;
use crate::catalog::Object;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::statement::{MentionRole, StatementKind};

impl Look<'_> {
    /// The tables whose rows it writes.
    pub(super) fn written(&self) -> Vec<Outcome> {
        let mut tables: BTreeSet<ObjectId> = self.run.written.iter().cloned().collect();
        tables.extend(self.locked_to_write());
        let says_so = matches!(
            self.statement.kind,
            StatementKind::Insert
                | StatementKind::Update
                | StatementKind::Delete
                | StatementKind::Merge
                | StatementKind::Truncate
                | StatementKind::Copy
                | StatementKind::Select
        );
        if says_so {
            let named = self.statement.mentions_as(MentionRole::Writes);
            tables.extend(named.filter_map(|mention| self.resolve(mention)));
        }
        let mut open: Vec<ObjectId> = tables.iter().cloned().collect();
        while let Some(table) = open.pop() {
            for other in self.reached_by_keys(&table) {
                if tables.insert(other.clone()) {
                    open.push(other);
                }
            }
        }
        let write = |id| self.outcome(Action::WritesRows, Some(id));
        tables.into_iter().map(write).collect()
    }

    /// The tables that are locked as a writing statement locks them. Where no row fits, as on a mirror, this is
    /// all that tells of a command that was put together at run time.
    fn locked_to_write(&self) -> impl Iterator<Item = ObjectId> {
        let locks = self.run.locks.iter();
        let relations = locks.filter(|it| it.mode == "RowExclusiveLock");
        let names = relations.filter_map(|it| it.relation.split_once('.'));
        let tables =
            names.map(|(schema, name)| ObjectId::in_schema(ObjectKind::Table, schema, name));
        tables.filter(|id| self.before.get(id).is_some())
    }

    /// The tables whose foreign keys act when rows of `table` go or get another key.
    fn reached_by_keys(&self, table: &ObjectId) -> BTreeSet<ObjectId> {
        let acts = |action: char| matches!(action, 'c' | 'n' | 'd');
        let (deletes, updates) = match self.statement.kind {
            StatementKind::Delete => (true, false),
            StatementKind::Update => (false, true),
            StatementKind::Merge => (true, true),
            _ => return BTreeSet::new(),
        };
        let keys = self.before.entries.iter().filter(|(id, entry)| {
            let Object::Constraint(it) = &entry.object else {
                return false;
            };
            let key = it
                .foreign_key
                .as_ref()
                .filter(|_| id.kind == ObjectKind::Constraint);
            key.is_some_and(|key| {
                let here = Some(&key.schema) == table.schema.as_ref() && key.table == table.name;
                here && (deletes && acts(key.on_delete) || updates && acts(key.on_update))
            })
        });
        keys.filter_map(|(id, _)| id.parent_table()).collect()
    }
}
