//! The database of `lodger up`: made once, found again, and whole even if its process was killed.

use lodger_database::embedded::EmbeddedPlatform;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("postgres");
    let platform = EmbeddedPlatform::start_in(place.clone()).await.unwrap();
    assert!(platform.is_new());
    let session = platform.project_session().await.unwrap();
    let make = "create table public.notes (id int primary key); insert into notes values (1)";
    session.client.batch_execute(make).await.unwrap();
    let (pool, guard) = platform.into_pool().await.unwrap();
    pool.check().await.unwrap();
    drop(guard);
    drop(pool);

    let again = loop {
        // The server's thread may take a moment to let go of the folder.
        match EmbeddedPlatform::start_in(place.clone()).await {
            Ok(again) => break again,
            Err(error) => eprintln!("{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    };
    assert!(!again.is_new());
    let session = again.project_session().await.unwrap();
    let row = session
        .client
        .query_one("select current_user::text, count(*) from public.notes", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "postgres");
    assert_eq!(row.get::<_, i64>(1), 1);
}
