//! Who brought in which object, by OID.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Ownership;
use tokio_postgres::GenericClient;

use super::{BookkeepingError, is_there, refused};

const CLAIM: &str = include_str!("claim.sql");

/// One claim as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who brought the object in.
    pub project: String,
    /// The migration that made it; `None` when it was adopted.
    pub version: Option<String>,
    /// The name that it had when it was claimed, or was given since.
    pub identity: String,
    /// The object; `None` when it is gone.
    pub object: Option<ObjectId>,
}

/// Reads the claims of all projects, those on objects that are gone too.
///
/// # Errors
/// When the bookkeeping cannot be read.
pub async fn load_claims(
    client: &impl GenericClient,
    snapshot: &CatalogSnapshot,
) -> Result<Vec<Claim>, BookkeepingError> {
    if !is_there(snapshot) {
        return Ok(Vec::new());
    }
    let by_oid: BTreeMap<(&str, Oid), &ObjectId> = snapshot
        .entries
        .iter()
        .map(|(id, entry)| ((class(id.kind), entry.oid), id))
        .collect();
    let rows = client
        .query(include_str!("list_claims.sql"), &[])
        .await
        .map_err(refused("read"))?;
    let claim = |row: tokio_postgres::Row| {
        let (class, oid): (&str, Oid) = (row.get("class"), row.get("oid"));
        Claim {
            project: row.get("project"),
            version: row.get("version"),
            identity: row.get("identity"),
            object: by_oid.get(&(class, oid)).map(|id| (*id).clone()),
        }
    };
    Ok(rows.into_iter().map(claim).collect())
}

/// Reads the claims of all projects, for the objects that `snapshot` shows to be there.
///
/// # Errors
/// When the bookkeeping cannot be read.
pub async fn load_ownership(
    client: &impl GenericClient,
    snapshot: &CatalogSnapshot,
    project: &str,
) -> Result<Ownership, BookkeepingError> {
    let claims = load_claims(client, snapshot).await?;
    Ok(Ownership {
        project: project.to_owned(),
        claims: claims
            .into_iter()
            .filter_map(|claim| Some((claim.object?, claim.project)))
            .collect(),
    })
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
    let (classes, oids, names) = columns(objects);
    client
        .execute(CLAIM, &[&project, &version, &classes, &oids, &names])
        .await
        .map_err(refused("written"))?;
    Ok(())
}

/// Objects as columns of the bookkeeping: class, OID and name.
fn columns(objects: &[(ObjectId, Oid)]) -> (Vec<&str>, Vec<Oid>, Vec<String>) {
    let classes = objects.iter().map(|(id, _)| class(id.kind));
    let oids = objects.iter().map(|(_, oid)| *oid);
    let names = objects.iter().map(|(id, _)| id.to_string());
    (classes.collect(), oids.collect(), names.collect())
}

/// Writes the names down that claimed objects have now.
///
/// # Errors
/// When the bookkeeping cannot be written.
pub async fn relabel(
    client: &impl GenericClient,
    objects: &[(ObjectId, Oid)],
) -> Result<(), BookkeepingError> {
    if objects.is_empty() {
        return Ok(());
    }
    let (classes, oids, names) = columns(objects);
    client
        .execute(include_str!("relabel.sql"), &[&classes, &oids, &names])
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
    let (classes, oids, _) = columns(objects);
    client
        .execute(include_str!("release.sql"), &[&classes, &oids])
        .await
        .map_err(refused("written"))?;
    Ok(())
}

/// Gives up what a project claims with some of its migrations, and, with `adopted`, what it claims
/// without one; whether the objects are there or not.
///
/// # Errors
/// When the bookkeeping cannot be written.
pub async fn release_versions(
    client: &impl GenericClient,
    project: &str,
    versions: &[&str],
    adopted: bool,
) -> Result<(), BookkeepingError> {
    let release = include_str!("release_versions.sql");
    client
        .execute(release, &[&project, &versions, &adopted])
        .await
        .map_err(refused("written"))?;
    Ok(())
}

/// Gives up a project's claims on objects that are gone, of which only the names are known.
///
/// # Errors
/// When the bookkeeping cannot be written.
pub async fn release_named(
    client: &impl GenericClient,
    project: &str,
    objects: &[ObjectId],
) -> Result<(), BookkeepingError> {
    let names: Vec<String> = objects.iter().map(ObjectId::to_string).collect();
    client
        .execute(include_str!("release_named.sql"), &[&project, &names])
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
