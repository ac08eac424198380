//! What needs what.
//!
//! Postgres records dependencies of things that have no name of their own: the rule behind a view, the
//! row type of a table, the membership of a publication. Each of them leads to the object it is a part of.

use std::collections::{BTreeMap, HashMap};

use lodger_migration::catalog::{Dependency, Entry, Oid};
use lodger_migration::object::ObjectId;
use tokio_postgres::Row;

use super::row::Cells;
use super::{CatalogError, class, class_of};

pub(super) const SQL: &str = include_str!("dependency.sql");

/// A row of a system catalog: class and OID.
type Node = (Oid, Oid);

/// A part of a part of a part: the array of a row type of a view, ….
/// No chain in Postgres is longer; a broken catalog may hold a circle.
const LONGEST_CHAIN: usize = 8;

struct Edge {
    from: Node,
    to: Node,
    kind: u8,
}

/// Maps the rows of `pg_depend` to identities; what leads out of the snapshot is left out.
pub(super) fn read_all(
    rows: &[Row],
    entries: &BTreeMap<ObjectId, Entry>,
) -> Result<Vec<Dependency>, CatalogError> {
    let edges = read_edges(rows)?;
    let ids: Vec<&ObjectId> = entries.keys().collect();
    let nodes = entries
        .iter()
        .map(|(id, entry)| (class_of(id.kind), entry.oid));
    let places: HashMap<Node, usize> = nodes.enumerate().map(|(at, node)| (node, at)).collect();
    let wholes: HashMap<Node, Node> = edges
        .iter()
        .filter(|edge| leads_to_whole(edge) && !places.contains_key(&edge.from))
        .map(|edge| (edge.from, edge.to))
        .collect();
    let place = |mut node: Node| {
        for _ in 0..LONGEST_CHAIN {
            if let Some(place) = places.get(&node) {
                return Some(*place);
            }
            node = *wholes.get(&node)?;
        }
        None
    };
    // What is part of an extension needs it by being part of it; that is said elsewhere.
    let needs = edges.iter().filter(|edge| edge.kind != b'e');
    let mut pairs: Vec<(usize, usize)> = needs
        .filter_map(|edge| Some((place(edge.from)?, place(edge.to)?)))
        .filter(|(from, to)| from != to)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let named = |place: usize| ids.get(place).map(|id| (*id).clone());
    let found = pairs.into_iter().filter_map(|(from, to)| {
        Some(Dependency {
            dependent: named(from)?,
            on: named(to)?,
        })
    });
    Ok(found.collect())
}

fn read_edges(rows: &[Row]) -> Result<Vec<Edge>, CatalogError> {
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    let cells = Cells::new(row, "dependencies");
    let oids = |column| Ok(cells.get::<Option<Vec<Oid>>>(column)?.unwrap_or_default());
    let from = oids("classes")?.into_iter().zip(oids("objects")?);
    let to = oids("on_classes")?.into_iter().zip(oids("on_objects")?);
    let kinds: Option<Vec<i8>> = cells.get("kinds")?;
    let edges = from.zip(to).zip(kinds.unwrap_or_default());
    let edges = edges.map(|((from, to), kind)| Edge {
        from,
        to,
        kind: kind.cast_unsigned(),
    });
    Ok(edges.collect())
}

/// Is the other end of this edge the object that a nameless one is part of?
fn leads_to_whole(edge: &Edge) -> bool {
    let member = matches!(
        edge.from.0,
        class::PUBLICATION_REL | class::PUBLICATION_NAMESPACE
    );
    let of_domain = edge.from.0 == class::CONSTRAINT && edge.to.0 == class::TYPE;
    match edge.kind {
        b'i' | b'e' => true,
        b'a' => of_domain || (member && edge.to.0 == class::PUBLICATION),
        _ => false,
    }
}
