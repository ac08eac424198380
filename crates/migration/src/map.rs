//! Who owns which tables on a database, and what references what: the data of `lodger map`.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CatalogSnapshot, Object};
use crate::names::{is_owner_column, is_users_like};
use crate::object::{ObjectId, ObjectKind};
use crate::owner::{Owner, Ownership};
use crate::settings::IdentityTable;

/// The tables and views of a database by owner, with the references among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    /// This project first, then the others by name, what nobody claims, the landlord.
    pub groups: Vec<Group>,
    /// Foreign keys, and views with what they read.
    pub references: Vec<Reference>,
}

/// What one owner has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The owner.
    pub owner: Owner,
    /// Its tables and views by name.
    pub relations: Vec<Relation>,
    /// How many of the landlord's relations are left out because nobody's reference touches them.
    pub left_out: usize,
}

/// A table or a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Which.
    pub id: ObjectId,
    /// The planner's idea of the number of its rows; `None` for a view or when never analysed.
    pub rows: Option<u64>,
}

/// One relation needs another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The one that needs it.
    pub from: ObjectId,
    /// The one that is needed.
    pub to: ObjectId,
    /// The foreign key's columns; empty for a view.
    pub columns: Vec<String>,
    /// How it is.
    pub kind: ReferenceKind,
}

/// What a reference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// A foreign key of a project to a table of users that is not the identity table.
    WrongUsers,
    /// A foreign key to somebody else's table, other than to the identity table.
    Foreign,
    /// A foreign key to the identity table.
    Identity,
    /// A foreign key among relations of one owner.
    Own,
    /// A view reads it.
    Reads,
}

impl ReferenceKind {
    /// Its name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongUsers => "wrong_users",
            Self::Foreign => "foreign",
            Self::Identity => "identity",
            Self::Own => "own",
            Self::Reads => "reads",
        }
    }
}

/// Draws the map of a database.
#[must_use]
pub fn map(present: &CatalogSnapshot, ownership: &Ownership, identity: &IdentityTable) -> Map {
    let references = references(present, ownership, identity);
    let touched: BTreeSet<&ObjectId> = references
        .iter()
        .flat_map(|it| [&it.from, &it.to])
        .collect();
    let mut groups: BTreeMap<(u8, String), Group> = BTreeMap::new();
    for (id, entry) in &present.entries {
        let rows = match &entry.object {
            Object::Table(table) => u64::try_from(table.estimated_rows).ok(),
            Object::View(_) => None,
            _ => continue,
        };
        let owner = ownership.owner(id, present);
        let group = groups.entry(rank(&owner)).or_insert_with(|| Group {
            owner: owner.clone(),
            relations: Vec::new(),
            left_out: 0,
        });
        if owner == Owner::Landlord && !touched.contains(id) {
            group.left_out += 1;
        } else {
            group.relations.push(Relation {
                id: id.clone(),
                rows,
            });
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for group in &mut groups {
        group.relations.sort_by_key(|it| it.id.name());
    }
    Map { groups, references }
}

fn rank(owner: &Owner) -> (u8, String) {
    match owner {
        Owner::Ours => (0, String::new()),
        Owner::Other { project } => (1, project.clone()),
        Owner::Unclaimed => (2, String::new()),
        Owner::Landlord => (3, String::new()),
    }
}

fn references(
    present: &CatalogSnapshot,
    ownership: &Ownership,
    identity: &IdentityTable,
) -> Vec<Reference> {
    let users = ObjectId::in_schema(ObjectKind::Table, &identity.schema, &identity.name);
    let owner = |id: &ObjectId| ownership.owner(id, present);
    let profiles = hang_on(present, &users);
    let mut found = BTreeSet::new();
    for (id, entry) in &present.entries {
        let (Object::Constraint(constraint), Some(from)) = (&entry.object, id.parent_table())
        else {
            continue;
        };
        let Some(key) = &constraint.foreign_key else {
            continue;
        };
        let to = ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table);
        // Among the landlord's own tables there is nothing to see.
        if owner(&from) == Owner::Landlord && owner(&to) == Owner::Landlord {
            continue;
        }
        let kind = if to == users {
            ReferenceKind::Identity
        } else if !profiles.contains(&to)
            && is_wrong_users(&owner(&from), &owner(&to), &to.name, &constraint.columns)
        {
            ReferenceKind::WrongUsers
        } else if owner(&from) == owner(&to) {
            ReferenceKind::Own
        } else {
            ReferenceKind::Foreign
        };
        found.insert(Reference {
            from,
            to,
            columns: constraint.columns.clone(),
            kind,
        });
    }
    let relation = |id: &ObjectId| matches!(id.kind, ObjectKind::Table | ObjectKind::View);
    for it in present.dependencies.iter() {
        let landlords = owner(&it.dependent) == Owner::Landlord && owner(&it.on) == Owner::Landlord;
        let reads = it.dependent.kind == ObjectKind::View && relation(&it.on);
        if reads && !landlords && it.dependent != it.on {
            found.insert(Reference {
                from: it.dependent.clone(),
                to: it.on.clone(),
                columns: Vec::new(),
                kind: ReferenceKind::Reads,
            });
        }
    }
    found.into_iter().collect()
}

/// The tables that hang on the table of users themselves: profiles, whose rows are users as well.
fn hang_on(present: &CatalogSnapshot, users: &ObjectId) -> BTreeSet<ObjectId> {
    let keys = present
        .entries
        .iter()
        .filter_map(|(id, entry)| match &entry.object {
            Object::Constraint(it) => Some((id.parent_table()?, it.foreign_key.as_ref()?)),
            _ => None,
        });
    let to_users = keys
        .filter(|(_, key)| Some(&key.schema) == users.schema.as_ref() && key.table == users.name);
    to_users.map(|(table, _)| table).collect()
}

/// A project's key means a user and points at a table of users that has nothing to do with the identity table.
fn is_wrong_users(from: &Owner, to: &Owner, table: &str, columns: &[String]) -> bool {
    match from {
        // Also to a table of users of our own: `repair` makes such a key point at the identity table.
        Owner::Ours => {
            is_users_like(table) || (to != from && columns.iter().any(|it| is_owner_column(it)))
        }
        // What another project does among its own tables is its own affair.
        Owner::Other { .. } => from != to && is_users_like(table),
        // Nobody says whose the table is. Most likely it is a stranger's who came with users of his own, before
        // auth.users or beside it, and two tables that nobody claims are as good as one owner's. Where it is
        // ours and a wrong migration was run by hand, `adopt` says so, and then the key stands out.
        Owner::Unclaimed | Owner::Landlord => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projects_key_to_a_table_of_users_is_wrong_unless_it_is_anothers_own_affair() {
        let other = Owner::Other {
            project: "board".into(),
        };
        let column = ["user_id".to_owned()];
        assert!(is_wrong_users(
            &Owner::Ours,
            &Owner::Unclaimed,
            "users",
            &[]
        ));
        assert!(is_wrong_users(&other, &Owner::Unclaimed, "users", &column));
        for to in [&Owner::Unclaimed, &Owner::Ours, &other] {
            assert!(!is_wrong_users(&Owner::Unclaimed, to, "users", &column));
        }
        assert!(is_wrong_users(&Owner::Ours, &other, "people", &column));
        assert!(!is_wrong_users(
            &Owner::Ours,
            &Owner::Ours,
            "people",
            &column
        ));
        assert!(!is_wrong_users(&other, &other, "users", &column));
        assert!(!is_wrong_users(
            &Owner::Ours,
            &Owner::Unclaimed,
            "jobs",
            &["job_id".to_owned()]
        ));
    }
}
