//! Who brought in which object, by OID.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Ownership;
use tokio_postgres::GenericClient;

use super::{BookkeepingError, is_there, refused};

const CLAIM: &str = include_str!("claim.sql");

/// Reads the claims of all projects, for the objects that `snapshot` shows to be there.
///
/// # Errors
/// When the bookkeeping cannot be read.
pub async fn load_ownership(
    client: &impl GenericClient,
    snapshot: &CatalogSnapshot,
    project: &str,
) -> Result<Ownership, BookkeepingError> {
    let mut ownership = Ownership {
        project: project.to_owned(),
        claims: BTreeMap::new(),
    };
    if !is_there(snapshot) {
        return Ok(ownership);
    }
    let by_oid: BTreeMap<(&str, Oid), &ObjectId> = snapshot
        .entries
        .iter()
        .map(|(id, entry)| ((class(id.kind), entry.oid), id))
        .collect();
    let rows = client
        .query("select class, oid, project from lodger.objects", &[])
        .await
        .map_err(refused("read"))?;
    for row in rows {
        let (class, oid, project): (&str, Oid, String) = (row.get(0), row.get(1), row.get(2));
        if let Some(id) = by_oid.get(&(class, oid)) {
            ownership.claims.insert((*id).clone(), project);
        }
    }
    Ok(ownership)
}

/// Claims objects for a project. `version` is the migration that made them; `None` when adopted.
///
/// # Errors
/// When the bookkeeping cannot be written.
pub async fn claim(
    client: &impl GenericClient,
    project: &str,
    version: Option<&str>,
    objects: &[(ObjectId, Oid)],
) -> Result<(), BookkeepingError> {
    let classes: Vec<&str> = objects.iter().map(|(id, _)| class(id.kind)).collect();
    let oids: Vec<Oid> = objects.iter().map(|(_, oid)| *oid).collect();
    let names: Vec<String> = objects.iter().map(|(id, _)| id.to_string()).collect();
    client
        .execute(CLAIM, &[&project, &version, &classes, &oids, &names])
        .await
        .map_err(refused("written"))?;
    Ok(())
}

/// Gives up claims, because the objects are gone.
///
/// # Errors
/// When the bookkeeping cannot be written.
pub async fn release(
    client: &impl GenericClient,
    objects: &[(ObjectId, Oid)],
) -> Result<(), BookkeepingError> {
    let classes: Vec<&str> = objects.iter().map(|(id, _)| class(id.kind)).collect();
    let oids: Vec<Oid> = objects.iter().map(|(_, oid)| *oid).collect();
    client
        .execute(include_str!("release.sql"), &[&classes, &oids])
        .await
        .map_err(refused("written"))?;
    Ok(())
}

/// The catalog that an OID is of. Tables, views, sequences and indexes share one, so that a claim
/// survives nothing but a drop.
fn class(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::Sequence | ObjectKind::Index => {
            "relation"
        }
        other => other.as_str(),
    }
}
