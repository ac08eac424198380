//! What the last step left behind, for as long as nobody but this apply has written anything.
//!
//! Whoever changes a catalog takes a transaction number. If all numbers since the last look are this
//! apply's own, the catalog is as that look showed it, and looking again would show the same.

use std::collections::BTreeSet;

use lodger_migration::catalog::{CatalogSnapshot, Difference};
use lodger_migration::object::ObjectId;
use tokio_postgres::{Error, GenericClient, Row};

const TAKEN: &str = include_str!("snapshot_taken.sql");
const NUMBERED: &str = "select pg_catalog.pg_current_xact_id_if_assigned() is not null";

/// The transactions that a transaction sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeing {
    /// All below this are over, and seen.
    xmin: i64,
    /// None from this one on is seen.
    xmax: i64,
}

impl Seeing {
    /// What the transaction that is open sees; not of one that has written.
    pub(super) async fn load(client: &impl GenericClient) -> Result<Self, Error> {
        let rows = client.query_typed(TAKEN, &[]).await?;
        let number = |column| rows.first().map_or(0, |row: &Row| row.get(column));
        Ok(Self {
            xmin: number("xmin"),
            xmax: number("xmax"),
        })
    }
}

/// Has the open transaction a number, because it wrote something?
pub(super) async fn is_numbered(client: &impl GenericClient) -> Result<bool, Error> {
    let rows = client.query_typed(NUMBERED, &[]).await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

/// The catalog as the last step left it.
#[derive(Debug)]
pub(super) struct Seen {
    /// The catalog.
    pub(super) snapshot: CatalogSnapshot,
    /// Objects that may differ from the snapshot that was planned for.
    pub(super) differing: BTreeSet<ObjectId>,
    /// What that step saw before it.
    saw: Seeing,
    /// The numbers that this apply has taken since: the step's own, and that of the bookkeeping.
    own: i64,
}

impl Seen {
    /// After a step that began with `saw` and is committed with a number of its own.
    pub(super) fn new(
        snapshot: CatalogSnapshot,
        real: &Difference,
        mut differing: BTreeSet<ObjectId>,
        saw: Seeing,
    ) -> Self {
        differing.extend(real.changes.keys().cloned());
        Self {
            snapshot,
            differing,
            saw,
            own: 1,
        }
    }

    /// This apply has taken another number.
    pub(super) fn count(&mut self) {
        self.own += 1;
    }

    /// Does a transaction that sees `now` see this very catalog?
    pub(super) fn holds(&self, now: Seeing) -> bool {
        self.saw.xmin == self.saw.xmax
            && now.xmin == now.xmax
            && now.xmax - self.saw.xmax == self.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeing(xmin: i64, xmax: i64) -> Seeing {
        Seeing { xmin, xmax }
    }

    fn seen(saw: Seeing) -> Seen {
        let nothing = (CatalogSnapshot::default(), Difference::default());
        let mut seen = Seen::new(nothing.0, &nothing.1, BTreeSet::new(), saw);
        seen.count();
        seen
    }

    #[test]
    fn it_holds_while_all_numbers_are_our_own() {
        assert!(seen(seeing(100, 100)).holds(seeing(102, 102)));
    }

    #[test]
    fn it_does_not_hold_when_somebody_else_has_written_or_may_have() {
        assert!(!seen(seeing(100, 100)).holds(seeing(103, 103)));
        assert!(!seen(seeing(100, 100)).holds(seeing(101, 102)));
        assert!(!seen(seeing(99, 100)).holds(seeing(102, 102)));
    }
}
