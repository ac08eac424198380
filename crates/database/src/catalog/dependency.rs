//! What needs what.
//!
//! Postgres records dependencies of things that have no name of their own: a column's default, the
//! rule behind a view, the row type of a table. Each of them leads to the object it is a part of.

use std::collections::{BTreeSet, HashMap};

use lodger_migration::catalog::{Dependency, Oid};
use lodger_migration::object::ObjectId;
use tokio_postgres::Row;

use super::row::Cells;
use super::{CatalogError, class};

pub(super) const SQL: &str = include_str!("dependency.sql");

/// A row of a system catalog: class and OID.
type Node = (Oid, Oid);

/// A part of a part of a part: index of a constraint of a domain, array of a row type of a table, ….
/// No chain in Postgres is longer; a broken catalog may hold a circle.
const LONGEST_CHAIN: usize = 8;

struct Edge {
    from: Node,
    to: Node,
    kind: char,
}

/// Maps the rows of `pg_depend` to identities; what leads out of the snapshot is left out.
pub(super) fn read_all(
    rows: &[Row],
    named: &HashMap<Node, &ObjectId>,
) -> Result<Vec<Dependency>, CatalogError> {
    let mut edges = Vec::with_capacity(rows.len());
    for row in rows {
        let cells = Cells::new(row, "dependencies");
        edges.push(Edge {
            from: (cells.get("class")?, cells.get("object")?),
            to: (cells.get("on_class")?, cells.get("on_object")?),
            kind: cells.letter("kind")?,
        });
    }
    let wholes: HashMap<Node, Node> = edges
        .iter()
        .filter(|edge| !named.contains_key(&edge.from) && leads_to_whole(edge))
        .map(|edge| (edge.from, edge.to))
        .collect();
    let resolve = |mut node: Node| {
        for _ in 0..LONGEST_CHAIN {
            if let Some(id) = named.get(&node) {
                return Some((node, *id));
            }
            node = *wholes.get(&node)?;
        }
        None
    };
    // What is part of an extension needs it by being part of it; that is said elsewhere.
    let needs = edges.iter().filter(|edge| edge.kind != 'e');
    let pairs: BTreeSet<(Node, Node)> = needs
        .filter_map(|edge| Some((resolve(edge.from)?.0, resolve(edge.to)?.0)))
        .filter(|(from, to)| from != to)
        .collect();
    let identity = |node: &Node| named.get(node).map(|id| (*id).clone());
    let found = pairs.iter().filter_map(|(from, to)| {
        Some(Dependency {
            dependent: identity(from)?,
            on: identity(to)?,
        })
    });
    let mut dependencies: Vec<Dependency> = found.collect();
    dependencies.sort_unstable();
    Ok(dependencies)
}

/// Is the other end of this edge the object that a nameless one is part of?
fn leads_to_whole(edge: &Edge) -> bool {
    let automatic = matches!(
        (edge.from.0, edge.to.0),
        (class::ATTRDEF, class::RELATION)
            | (class::CONSTRAINT, class::TYPE)
            | (
                class::PUBLICATION_REL | class::PUBLICATION_NAMESPACE,
                class::PUBLICATION
            )
    );
    match edge.kind {
        'i' | 'e' => true,
        'a' => automatic,
        _ => false,
    }
}
