//! Rows are saved and read again before they go.

use lodger_database::rollback::{Forgotten, RollbackOutcome};

use super::{all, reasons, roll_back, saving, with_sessions};
use crate::sessions::{applied, insert_rows, number, ours, session, settings};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_never_lost_without_a_copy_that_was_read_again() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let refused = roll_back(&instance, &migrations, &all()).await.unwrap();
    insta::assert_snapshot!(reasons(&refused), @r"
    table public.research_sessions has 3 rows
    table public.draft_files has 3 rows
    ");
    assert_eq!(ours(&instance).await, before);

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("saved");
    let mut options = saving(&folder);
    options.forget = true;
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    assert_eq!(report.bookkeeping, Some(Forgotten::Removed));
    assert_eq!(report.versions, ["20251101040000"]);
    assert!(report.stays.is_empty(), "{:?}", report.stays);
    assert!(report.checks.iter().all(|it| it.passed));
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;

    let saved: Vec<_> = report
        .exported
        .iter()
        .map(|it| (it.table.name(), it.rows))
        .collect();
    assert_eq!(
        saved,
        [
            ("public.research_sessions".to_owned(), 3),
            ("public.draft_files".to_owned(), 3)
        ]
    );
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["project"], "research");
    assert_eq!(manifest["tables"][0]["rows"], 3);
    assert_eq!(manifest["tables"][0]["sha256"], report.exported[0].sha256);
    let lodger = "select count(*) from pg_namespace where nspname = 'lodger'";
    assert_eq!(number(&instance, lodger).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_can_be_loaded_again() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let sums = "select sum(hashtext(s::text))::bigint from public.research_sessions s";
    let before = number(&instance, sums).await;
    let place = tempfile::tempdir().unwrap();
    roll_back(&instance, &migrations, &saving(place.path()))
        .await
        .unwrap();
    let session = session(&instance).await;
    applied(&session, &migrations, &settings()).await;
    let file = std::fs::read(place.path().join("public.research_sessions.csv")).unwrap();
    let copy = "copy public.research_sessions (id, user_id, title, status, created_at, updated_at)
                from stdin with (format csv, header true)";
    let sink = session.client.copy_in(copy).await.unwrap();
    let mut sink = std::pin::pin!(sink);
    futures_util::SinkExt::send(&mut sink, std::io::Cursor::new(file))
        .await
        .unwrap();
    sink.finish().await.unwrap();
    assert_eq!(number(&instance, sums).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_take_the_rows_stops_it() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("mine.txt"), "keep").unwrap();
    let full = roll_back(&instance, &migrations, &saving(place.path())).await;
    assert!(full.unwrap_err().to_string().contains("is not empty"));
    assert_eq!(
        std::fs::read(place.path().join("mine.txt")).unwrap(),
        b"keep"
    );
    let below_a_file = place.path().join("mine.txt/deeper");
    let error = roll_back(&instance, &migrations, &saving(&below_a_file)).await;
    assert!(error.unwrap_err().to_string().contains("cannot be made"));
    assert_eq!(ours(&instance).await, before);
    let rows = "select count(*) from public.research_sessions";
    assert_eq!(number(&instance, rows).await, 3);
}
