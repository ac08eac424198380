//! `lodger plan` on databases in which others have more and more tables.

use lodger_database::testing::SharedInstance;

use crate::commands::{lodger, seed};
use crate::generated::item;
use crate::instances::{instance, runtime};
use crate::timing::{head, median, row, runs, seconds, timed};

/// How many tables others have, beside those of the shared instance.
const TABLES: [usize; 5] = [50, 500, 1_000, 2_000, 5_000];

pub(crate) fn run() {
    head(&["tables of others", "plan"]);
    for tables in TABLES {
        let instance = instance();
        runtime().block_on(fill(&instance, tables));
        let plan = || timed(&mut lodger(&["plan"], &seed(), Some(&instance.url())));
        row([tables.to_string(), seconds(median(runs(), plan))]);
    }
}

/// Somebody else has many tables, each with a key to the users, an index, row-level security, a policy and grants.
async fn fill(instance: &SharedInstance, tables: usize) {
    let client = instance.connect().await;
    // In transactions of a hundred: each table takes about ten locks.
    for first in (1..=tables).step_by(100) {
        let last = tables.min(first + 99);
        let table = |number: usize| item(&format!("stranger_{number}"));
        let sql: String = (first..=last).map(table).collect();
        client.batch_execute(&sql).await.unwrap();
    }
    client.batch_execute("analyze").await.unwrap();
}
