//! The number of messages does not grow with the database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use lodger_database::catalog::load_snapshot;
use lodger_database::connect::{Session, Verification};
use lodger_database::testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::UnixStream;
use tokio_postgres::config::Host;

use super::native;

const TABLES: usize = 5_000;
/// A transaction can hold only so many locks, and each new table takes some.
const BATCH: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_tables_cost_as_many_queries_as_none() {
    let (database, session) = native().await;
    let queries = Arc::new(AtomicUsize::new(0));
    let folder = tempfile::tempdir().unwrap();
    let counted = counted_session(&database, folder.path(), &queries).await;
    let count = async || {
        queries.store(0, Ordering::Relaxed);
        let begin = Instant::now();
        let snapshot = load_snapshot(&counted.client).await.unwrap();
        let time = begin.elapsed();
        let queries = queries.load(Ordering::Relaxed);
        println!(
            "{} objects: {queries} queries, {time:?}",
            snapshot.entries.len()
        );
        (queries, snapshot)
    };
    let (few, _) = count().await;
    assert!((10..30).contains(&few), "{few}");
    for batch in 0..TABLES / BATCH {
        let sql = format!(
            "do $$ begin for n in {}..{} loop execute format(
                'create table t%s (id uuid not null, name varchar(9) check (name <> %L), n integer default 0)',
                n, ''); end loop; end $$",
            batch * BATCH + 1,
            (batch + 1) * BATCH
        );
        session.client.batch_execute(&sql).await.unwrap();
    }
    let (many, snapshot) = count().await;
    assert_eq!(many, few);
    assert_eq!(snapshot.table("public", "t4999").unwrap().columns.len(), 3);
    assert!(snapshot.entries.len() > 2 * TABLES);
}

/// A session whose messages pass through us.
async fn counted_session(
    database: &TestDatabase,
    folder: &Path,
    queries: &Arc<AtomicUsize>,
) -> Session {
    let cluster = database.cluster();
    let mut config = cluster.config(&cluster.superuser(), database.name());
    let [Host::Unix(socket)] = config.get_hosts() else {
        unreachable!("the cluster is reached through a unix socket");
    };
    let name = format!(".s.PGSQL.{}", cluster.port());
    let server = UnixStream::connect(socket.join(&name)).await.unwrap();
    let listener = tokio::net::UnixListener::bind(folder.join(&name)).unwrap();
    let user = config.get_user().unwrap().to_owned();
    let dbname = config.get_dbname().unwrap().to_owned();
    let port = cluster.port();
    config = tokio_postgres::Config::new();
    config
        .host_path(folder)
        .port(port)
        .user(user)
        .dbname(dbname);
    let queries = Arc::clone(queries);
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, to_server) = server.into_split();
        tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
        // when the client is gone there is nothing left to count
        forward(&mut from_client, to_server, &queries).await.ok();
    });
    Session::connect_config(config, Verification::None)
        .await
        .unwrap()
}

/// Passes the client's messages on and counts those that hold a query.
async fn forward(
    from: &mut (impl AsyncReadExt + Unpin),
    mut to: impl AsyncWriteExt + Unpin,
    queries: &AtomicUsize,
) -> std::io::Result<()> {
    // the first message has no letter
    let mut letter = None;
    loop {
        let length = from.read_u32().await?;
        let mut body = vec![0; length as usize - 4];
        from.read_exact(&mut body).await?;
        if let Some(letter) = letter {
            to.write_u8(letter).await?;
            if matches!(letter, b'P' | b'Q') {
                queries.fetch_add(1, Ordering::Relaxed);
            }
        }
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        letter = Some(from.read_u8().await?);
    }
}
