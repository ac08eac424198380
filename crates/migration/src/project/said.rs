//! What the files say about one name, so that no rule has to read all of them for it.

use std::collections::BTreeMap;

use super::{Position, Project};
use crate::clause::{Clause, Function, Privileges};
use crate::object::ObjectKind;
use crate::parse::updates;
use crate::statement::{Mention, MentionRole};

/// A clause and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Where.
    pub at: Position,
    /// The clause.
    pub clause: &'a Clause,
}

/// A trigger function that updates columns of other tables.
#[derive(Debug, Clone)]
pub struct Keeper<'a> {
    /// Where it is defined.
    pub at: Position,
    /// The function.
    pub function: &'a Function,
    /// The first column of the table that it sets.
    pub column: String,
}

/// Clauses in file order, found by the last part of a name.
#[derive(Debug, Clone, Default)]
pub(super) struct Index<'a> {
    named: BTreeMap<&'a str, Vec<Said<'a>>>,
    /// GRANT and REVOKE on all of a kind in a schema.
    whole: Vec<&'a Privileges>,
    keepers: BTreeMap<String, Keeper<'a>>,
    last_index_drop: Option<Position>,
}

impl<'a> Index<'a> {
    pub(super) fn note_clause(&mut self, at: Position, clause: &'a Clause) {
        let mut under = |name: &'a str| {
            self.named
                .entry(name)
                .or_default()
                .push(Said { at, clause });
        };
        match clause {
            Clause::Index(it) => under(&it.table.name),
            Clause::Key(it) => under(&it.table.name),
            Clause::Privileges(it) => {
                let names = it.relations.iter().chain(&it.functions);
                names.for_each(|name| under(&name.name));
                if it.all.is_some() {
                    self.whole.push(it);
                }
            }
            Clause::Trigger(it) => under(&it.name),
            Clause::Function(it) => {
                under(&it.name.name);
                if it.returns_trigger {
                    self.note_keeper(at, it);
                }
            }
            _ => {}
        }
    }

    fn note_keeper(&mut self, at: Position, function: &'a Function) {
        for (table, column) in updates(&function.body) {
            let keeper = || Keeper {
                at,
                function,
                column,
            };
            self.keepers.entry(table).or_insert_with(keeper);
        }
    }

    pub(super) fn note_mention(&mut self, at: Position, mention: &Mention) {
        let of_index = matches!(mention.kind, Some(ObjectKind::Index | ObjectKind::Table));
        if mention.role == MentionRole::Drops && of_index {
            self.last_index_drop = Some(at);
        }
    }
}

impl<'a> Project<'a> {
    /// The definitions, indexes, keys and privileges of functions, triggers and relations that have this name in
    /// some schema, in file order.
    pub fn said_about(&self, name: &str) -> impl Iterator<Item = &Said<'a>> {
        self.index.named.get(name).into_iter().flatten()
    }

    /// What is granted and revoked on all of a kind in a schema.
    pub fn privileges_on_all(&self) -> impl Iterator<Item = &'a Privileges> {
        self.index.whole.iter().copied()
    }

    /// The first trigger function that updates a table of this name in some schema.
    #[must_use]
    pub fn keeper(&self, table: &str) -> Option<&Keeper<'a>> {
        self.index.keepers.get(table)
    }

    /// An index, or a table with its indexes, is dropped after this place.
    #[must_use]
    pub fn drops_index_after(&self, at: Position) -> bool {
        self.index.last_index_drop.is_some_and(|last| last > at)
    }
}
