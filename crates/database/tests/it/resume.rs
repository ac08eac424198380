//! An apply that was interrupted after a statement outside of a transaction had taken effect, and before that
//! could be recorded.

use lodger_database::apply::ApplyOutcome;
use lodger_database::testing::SharedInstance;
use lodger_migration::migration::Migration;
use lodger_migration::plan::MigrationState;

use crate::story::{applied, ask, instance, migration};

const HISTORY: &str = "select steps_done || ' of ' || jsonb_array_length(steps) || ', '
    || case when finished_at is null then 'open' else 'finished' end from lodger.migrations where version = '2'";
const CLAIMS: &str =
    "select coalesce(string_agg(identity, ', ' order by identity), '') from lodger.objects
    where version = '2'";

fn first() -> Migration {
    migration("1", "create table words (id int primary key, word text);")
}

/// Applies `first` and then `second`, and lets Lodger forget what it recorded last.
async fn interrupted(
    instance: &SharedInstance,
    first: Migration,
    second: Migration,
) -> [Migration; 2] {
    applied(instance, std::slice::from_ref(&first)).await;
    let migrations = [first, second];
    let report = applied(instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let forget = "update lodger.migrations set steps_done = steps_done - 1, finished_at = null where version = '2';
        delete from lodger.objects where identity = 'index public.words_word_idx'";
    instance
        .connect()
        .await
        .batch_execute(forget)
        .await
        .unwrap();
    migrations
}

async fn resumed(instance: &SharedInstance, migrations: &[Migration], done: usize) {
    let report = applied(instance, migrations).await;
    let said = &report.prepared.plan.diagnostics;
    assert_eq!(report.outcome, ApplyOutcome::Applied, "{said:#?}");
    let state = match done {
        0 => MigrationState::Pending,
        steps_done => MigrationState::Interrupted { steps_done },
    };
    assert_eq!(report.prepared.states[1], state);
    assert_eq!(report.applied.len(), 1);
    instance.assert_strangers_untouched().await;
    assert!(applied(instance, migrations).await.applied.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_made_already_is_recorded() {
    let instance = instance().await;
    for (sql, done) in [
        (
            "create index concurrently words_word_idx on words (word);",
            0,
        ),
        (
            "alter table words add column more int;
             create index concurrently words_word_idx on words (word);",
            1,
        ),
    ] {
        let migrations = interrupted(&instance, first(), migration("2", sql)).await;
        resumed(&instance, &migrations, done).await;
        assert_eq!(ask(&instance, CLAIMS).await, "index public.words_word_idx");
        let history = format!("{0} of {0}, finished", done + 1);
        assert_eq!(ask(&instance, HISTORY).await, history);
        let again = "drop index words_word_idx; delete from lodger.migrations where version = '2';
            delete from lodger.objects where version = '2'";
        instance.connect().await.batch_execute(again).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_the_name_that_looks_different_is_not_taken_for_it() {
    let instance = instance().await;
    let second = migration(
        "2",
        "create index concurrently words_word_idx on words (word);",
    );
    let migrations = interrupted(&instance, first(), second).await;
    let other = "drop index words_word_idx; create unique index words_word_idx on words (id, word)";
    instance.connect().await.batch_execute(other).await.unwrap();
    let report = applied(&instance, &migrations).await;
    assert!(
        matches!(report.outcome, ApplyOutcome::RolledBack { .. }),
        "{:?}",
        report.outcome
    );
    assert_eq!(ask(&instance, CLAIMS).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_dropped_already_is_recorded() {
    let instance = instance().await;
    let with_index = migration(
        "1",
        "create table words (id int primary key, word text); create index words_word_idx on words (word);",
    );
    let second = migration(
        "2",
        "drop index concurrently words_word_idx; alter table words add column more int;",
    );
    let migrations = interrupted(&instance, with_index.clone(), second).await;
    // the second step has to be taken back as well
    let forget = "alter table words drop column more; update lodger.migrations set steps_done = 0 where version = '2'";
    instance
        .connect()
        .await
        .batch_execute(forget)
        .await
        .unwrap();
    resumed(&instance, &migrations, 0).await;
    assert_eq!(ask(&instance, HISTORY).await, "2 of 2, finished");

    let alone = migration("3", "create index words_word_idx on words (word);");
    let last = migration("4", "drop index concurrently words_word_idx;");
    let migrations = [&migrations[..], &[alone, last]].concat();
    assert_eq!(
        applied(&instance, &migrations).await.outcome,
        ApplyOutcome::Applied
    );
    let forget =
        "update lodger.migrations set steps_done = 0, finished_at = null where version = '4'";
    instance
        .connect()
        .await
        .batch_execute(forget)
        .await
        .unwrap();
    let report = applied(&instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    assert_eq!(report.applied[0].steps.len(), 1);
    let open = "select count(*) from lodger.migrations where finished_at is null";
    assert_eq!(ask(&instance, open).await, "0");
    instance.assert_strangers_untouched().await;
}
