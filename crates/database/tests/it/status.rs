//! Status: migrations, claims, and what is wrong with them.

use lodger_database::status::{StatusReport, status};
use lodger_migration::migration::Migration;

use crate::sessions::{LATER, SESSIONS, applied, migration, session, settings, shared_instance};

fn states(report: &StatusReport) -> Vec<(&str, &str)> {
    let line = report.migrations.iter();
    line.map(|it| (it.version.as_str(), it.state.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_what_is_applied_and_what_is_wrong() {
    let instance = shared_instance().await;
    let session = session(&instance).await;
    let first = migration("20251101040000", "sessions", SESSIONS);
    let second = migration("20251102040000", "later", LATER);
    let look =
        async |migrations: &[Migration]| status(&session, migrations, &settings()).await.unwrap();
    let before = look(&[first.clone(), second.clone()]).await;
    assert!(!before.bookkeeping && before.is_sound());
    assert_eq!(before.objects["research"], 0);
    assert_eq!(
        states(&before),
        [("20251101040000", "pending"), ("20251102040000", "pending")]
    );

    applied(&session, std::slice::from_ref(&first), &settings()).await;
    let after = look(&[first.clone(), second.clone()]).await;
    assert!(after.bookkeeping && after.is_sound());
    assert_eq!(
        states(&after),
        [("20251101040000", "applied"), ("20251102040000", "pending")]
    );
    assert!(after.objects["research"] > 10, "{:?}", after.objects);

    session
        .client
        .batch_execute("drop index public.idx_draft_files_session_id")
        .await
        .unwrap();
    let admin = instance.connect_admin().await;
    let invalid = "update pg_index set indisvalid = false
                   where indexrelid = 'public.idx_research_sessions_user_id'::regclass";
    admin.batch_execute(invalid).await.unwrap();
    let edited = migration("20251101040000", "sessions", "select 1");
    let wrong = look(&[edited]).await;
    assert!(!wrong.is_sound());
    assert_eq!(states(&wrong), [("20251101040000", "edited")]);
    assert_eq!(wrong.gone, ["index public.idx_draft_files_session_id"]);
    assert_eq!(
        wrong.invalid_indexes[0].to_string(),
        "index public.idx_research_sessions_user_id"
    );
    let missing = look(&[second]).await;
    assert_eq!(
        states(&missing),
        [("20251101040000", "missing"), ("20251102040000", "pending")]
    );
}
