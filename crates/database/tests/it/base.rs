//! The Supabase-shaped base, on the embedded server and on a private cluster.

use lodger_database::base;

/// An embedded server with one connection. Dropping the client first lets the server stop.
async fn embedded() -> (
    pglite_oxide::PgliteServer,
    tokio_postgres::Client,
    tempfile::TempDir,
) {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join(".s.PGSQL.5432");
    let start = move || {
        pglite_oxide::PgliteServer::builder()
            .temporary()
            .unix(socket)
            .start()
    };
    let server = tokio::task::spawn_blocking(start).await.unwrap().unwrap();
    let mut config = tokio_postgres::Config::new();
    config
        .host_path(directory.path())
        .user("postgres")
        .dbname("template1");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    (server, client, directory)
}

#[tokio::test(flavor = "multi_thread")]
async fn installs_on_the_embedded_server() {
    let (_server, client, _directory) = embedded().await;
    base::install(&client).await.unwrap();
    let row = client
        .query_one(
            "select auth.uid() is null, extensions.crypt('a', 'bb') <> '', count(*) from auth.users",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (true, true, 0_i64));
}

#[tokio::test(flavor = "multi_thread")]
async fn stand_ins_may_be_run_again() {
    let (_server, client, _directory) = embedded().await;
    base::install(&client).await.unwrap();
    for extension in [
        "http",
        "moddatetime",
        "pg_cron",
        "pg_graphql",
        "pg_net",
        "pg_stat_statements",
        "pgcrypto",
        "supabase_vault",
        "uuid-ossp",
    ] {
        let sql = base::stand_in(extension).unwrap();
        client.batch_execute(sql).await.unwrap();
        client.batch_execute(sql).await.unwrap();
    }
    assert!(base::stand_in("postgis").is_none());
}
