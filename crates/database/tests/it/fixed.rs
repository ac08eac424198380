//! Files that were fixed run wherever they ran before, and make what they made but for what was to be fixed.

use std::collections::BTreeSet;

use lodger_database::testing::corpus::{cases, examples};
use lodger_database::testing::{Cluster, Template};
use lodger_migration::fix::{Wanted, fix};
use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings;
use lodger_migration::statement::TransactionMode;
use tokio_postgres::Client;

use crate::story::{WRONG, migration, settings};

const MADE: &str = include_str!("fixed.sql");

/// A name, and what is fixed.
type Sample = (String, Settings, Vec<Migration>);

/// The corpus, the examples of all rules, and the migration that it all began with.
fn samples() -> impl Iterator<Item = Sample> {
    let cases = cases("").into_iter().chain(examples());
    let seed = vec![migration("20251101030227", WRONG)];
    cases
        .map(|it| (it.name, it.settings, it.migrations))
        .chain([("seed".to_owned(), settings(), seed)])
        // what commits cannot be taken back here
        .filter(|(_, _, migrations)| {
            let mut statements = migrations.iter().flat_map(|it| &it.statements);
            statements.all(|it| it.transaction != TransactionMode::Control)
        })
}

async fn lines(client: &Client) -> BTreeSet<String> {
    let rows = client.query(MADE, &[]).await.unwrap();
    rows.iter().map(|row| row.get("line")).collect()
}

/// What migrations make where nobody else is; or why Postgres refuses them there.
async fn made(
    client: &Client,
    settings: &Settings,
    migrations: &[Migration],
) -> Result<BTreeSet<String>, tokio_postgres::Error> {
    let schema = &settings.schema;
    let path = format!(
        "begin; create schema if not exists {schema}; set local search_path = {schema}, extensions"
    );
    client.batch_execute(&path).await.unwrap();
    let before = lines(client).await;
    let texts = migrations.iter().map(|it| it.text.as_str());
    let ended = client.batch_execute(&texts.collect::<String>()).await;
    let made = match ended {
        Ok(()) => Ok(lines(client).await.difference(&before).cloned().collect()),
        Err(error) => Err(error),
    };
    client.batch_execute("rollback").await.unwrap();
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fixed_makes_what_it_made() {
    let database = Cluster::shared().database(Template::Base).await;
    let client = database.connect().await;
    let (mut compared, mut differing) = (0, Vec::new());
    for (name, settings, migrations) in samples() {
        let fixed = fix(&settings, &migrations, &Wanted::All);
        if fixed.applied.is_empty() {
            continue;
        }
        let Ok(before) = made(&client, &settings, &migrations).await else {
            continue;
        };
        compared += 1;
        let after = made(&client, &settings, &fixed.migrations).await;
        let after = after.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let gone = before.difference(&after).map(|it| format!("- {it}"));
        let new = after.difference(&before).map(|it| format!("+ {it}"));
        let lines: Vec<String> = gone.chain(new).collect();
        if !lines.is_empty() {
            differing.push(format!("{name}\n{}", lines.join("\n")));
        }
    }
    assert!(compared >= 35, "{compared}");
    insta::assert_snapshot!(differing.join("\n\n"));
}
