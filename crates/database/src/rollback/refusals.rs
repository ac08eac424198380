//! Why a rollback is refused before anything is begun: somebody else would be hurt, or it could not be done.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Ownership;

use super::drops::statement;
use super::order::Drop;
use super::scope::Scope;
use super::undo::Undo;

/// What depends on what goes, and does not go itself, one sentence each.
pub(crate) fn dependents(
    scope: &Scope,
    undo: &Undo,
    snapshot: &CatalogSnapshot,
    ownership: &Ownership,
) -> Vec<String> {
    let mut found: BTreeMap<&ObjectId, BTreeSet<&ObjectId>> = BTreeMap::new();
    for needs in snapshot.dependencies.iter() {
        let stays = !scope.going.contains_key(&needs.dependent);
        let changes_back = undo.touches(&needs.dependent);
        if stays
            && !changes_back
            && scope.going.contains_key(&needs.on)
            && !goes_quietly(&needs.dependent)
        {
            found.entry(&needs.dependent).or_default().insert(&needs.on);
        }
    }
    found
        .into_iter()
        .map(|(dependent, on)| {
            let whose = ownership.owner(dependent, snapshot).describe();
            // An index behind a key says nothing that its table does not.
            let tables = on.iter().any(|id| id.kind == ObjectKind::Table);
            let told = |id: &&ObjectId| !(tables && id.kind == ObjectKind::Index);
            let on: Vec<String> = on
                .into_iter()
                .filter(told)
                .map(ToString::to_string)
                .collect();
            format!("{dependent}, {whose}, needs {}", on.join(" and "))
        })
        .collect()
}

/// Leaving a publication, and default privileges in a schema that goes, take nothing from anybody.
fn goes_quietly(id: &ObjectId) -> bool {
    matches!(
        id.kind,
        ObjectKind::Publication | ObjectKind::DefaultPrivileges
    )
}

/// What the session's role may not drop, with what to do about it.
pub(crate) fn rights(drops: &[Drop], scope: &Scope, snapshot: &CatalogSnapshot) -> Vec<String> {
    let roles = own_roles(snapshot);
    if snapshot.server.superuser {
        return Vec::new();
    }
    drops
        .iter()
        .flat_map(Drop::objects)
        .filter_map(|id| {
            let (owner, may_delegate) = who_may_drop(id, scope, snapshot)?;
            let delegated = may_delegate && snapshot.server.supautils;
            let allowed = owner.iter().any(|role| roles.contains(role.as_str())) || delegated;
            (!allowed).then(|| {
                let owner = owner.first().cloned().unwrap_or_default();
                format!(
                    "{id} can only be dropped by {owner}, and this session's role {} may not act as it; \
                     have {owner} or a superuser run `{}`, then run this again",
                    snapshot.server.role,
                    statement(&Drop::One(id.clone()), snapshot)
                )
            })
        })
        .collect()
}

/// The roles whose objects `id` counts among, the first of them its owner's, and whether supautils lets
/// others drop it.
fn who_may_drop(
    id: &ObjectId,
    scope: &Scope,
    snapshot: &CatalogSnapshot,
) -> Option<(Vec<String>, bool)> {
    let owner_of = |id: &ObjectId| snapshot.get(id)?.owner.clone();
    let relation = |name: &str| {
        [ObjectKind::Table, ObjectKind::View]
            .iter()
            .find_map(|kind| owner_of(&ObjectId::in_schema(*kind, id.schema.as_deref()?, name)))
    };
    let of_schema = id
        .schema
        .as_ref()
        .and_then(|schema| owner_of(&ObjectId::global(ObjectKind::Schema, schema)));
    if let Some(table) = &id.table {
        let delegated = matches!(id.kind, ObjectKind::Trigger | ObjectKind::Policy)
            && !scope.goes(id.schema.as_deref(), table);
        return Some((vec![relation(table)?], delegated));
    }
    let owner = match &snapshot.get(id)?.object {
        Object::Index(index) => relation(&index.table)?,
        _ => owner_of(id)?,
    };
    Some((std::iter::once(owner).chain(of_schema).collect(), false))
}

/// The session's role and every role that it is a member of.
fn own_roles(snapshot: &CatalogSnapshot) -> BTreeSet<&str> {
    let mut roles = BTreeSet::from([snapshot.server.role.as_str()]);
    loop {
        let more: Vec<&str> = snapshot
            .server
            .memberships
            .iter()
            .filter(|(member, role)| {
                roles.contains(member.as_str()) && !roles.contains(role.as_str())
            })
            .map(|(_, role)| role.as_str())
            .collect();
        if more.is_empty() {
            return roles;
        }
        roles.extend(more);
    }
}
