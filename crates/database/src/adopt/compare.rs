//! Is an object that stands there the one that a file declares? Across versions of Postgres too.

use lodger_migration::catalog::{CatalogSnapshot, Entry, Object};

/// In what `there` differs from what is `declared`, as sentences; empty when it is the same.
/// Owners, grants and comments do not count.
pub(super) fn differences(declared: &Entry, there: &Entry, same_version: bool) -> Vec<String> {
    let shape = declared.compare(there).shape;
    if shape.is_empty() || same_version || !printed_differently(&declared.object) {
        return shape;
    }
    let (wanted, found) = (declared.essence(), there.essence());
    if wanted == found { Vec::new() } else { shape }
}

/// Postgres prints these from a parsed form, and versions print them in other words.
fn printed_differently(object: &Object) -> bool {
    match object {
        Object::View(_) | Object::Policy(_) => true,
        Object::Constraint(it) => it.kind != 'x',
        _ => false,
    }
}

/// Do both servers print definitions in the same words?
pub(super) fn same_version(one: &CatalogSnapshot, other: &CatalogSnapshot) -> bool {
    one.server.major() == other.server.major()
}
