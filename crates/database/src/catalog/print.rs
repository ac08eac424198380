//! Prints what an outline of a catalog left out, for some objects.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::try_join;
use lodger_migration::catalog::{CatalogSnapshot, Oid};
#[cfg(feature = "testing")]
use lodger_migration::catalog::{Entry, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Row};

use super::row::Cells;
use super::rows::Reader;
use super::surroundings::Surroundings;
use super::touched::{any, part};
use super::{CatalogError, failed, index, inside, policy};

/// Is it of a kind of which an outline lacks something?
pub(crate) const fn is_printed_apart(id: &ObjectId) -> bool {
    matches!(id.kind, ObjectKind::Index | ObjectKind::Policy)
}

/// Puts whole entries of those of `ids` that are indexes and policies into `snapshot`, which is an outline that the open
/// transaction saw with `around`.
///
/// # Errors
/// [`CatalogError`]; the transaction goes on as it was before.
pub(crate) async fn print_in(
    transaction: &impl GenericClient,
    snapshot: &mut CatalogSnapshot,
    around: &Surroundings,
    ids: &BTreeSet<&ObjectId>,
) -> Result<(), CatalogError> {
    let of = |kind| -> Vec<Oid> {
        let of_kind = ids.iter().filter(|id| id.kind == kind);
        let entries = of_kind.filter_map(|id| snapshot.get(id));
        entries.map(|entry| entry.oid).collect()
    };
    let (indexes, policies) = (of(ObjectKind::Index), of(ObjectKind::Policy));
    if indexes.is_empty() && policies.is_empty() {
        return Ok(());
    }
    let asked = try_join(
        ask(transaction, "indexes", index::SQL, &indexes),
        ask(transaction, "policies", policy::SQL, &policies),
    );
    let (indexes, policies) = inside(transaction, asked).await?;
    let kinds: [(_, _, Reader); 2] = [
        ("indexes", &indexes, index::read),
        ("policies", &policies, policy::read),
    ];
    for (query, rows, read) in kinds {
        for row in rows {
            let whole = read(&Cells::new(row, query), around)?;
            let whole = whole.map(|(id, entry)| (id, Arc::new(entry)));
            snapshot.entries.extend(whole);
        }
    }
    Ok(())
}

/// The entry as it is in an outline.
#[cfg(feature = "testing")]
pub(crate) fn without_print(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    match &mut entry.object {
        Object::Index(index) => index.definition.clear(),
        Object::Policy(policy) => (policy.using, policy.check) = (None, None),
        _ => {}
    }
    entry
}

async fn ask(
    client: &impl GenericClient,
    name: &'static str,
    text: &str,
    which: &[Oid],
) -> Result<Vec<Row>, CatalogError> {
    let some = part(text, &any("oid", "$1"));
    let types = [(&which as _, Type::OID_ARRAY)];
    client
        .query_typed(&some, &types)
        .await
        .map_err(failed(name))
}
