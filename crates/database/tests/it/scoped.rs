//! Scoped transactions: one user's rights for one transaction, and nothing left behind.

use std::time::Duration;

use lodger_database::pool::{Pool, PoolSettings};
use lodger_database::scoped::{Principal, Query, Scoped, ScopedError};
use lodger_database::testing::{Cluster, Template, TestDatabase};
use tokio_postgres::types::Type;
use uuid::Uuid;

const WHO: &str = "select current_user::text as role, auth.uid() as id, \
    current_setting('search_path') as path, current_setting('statement_timeout') as patience";

async fn world(settings: PoolSettings) -> (TestDatabase, Pool) {
    let database = Cluster::shared().database(Template::Base).await;
    let pool = Pool::new(&database.url(), settings).unwrap();
    (database, pool)
}

fn one() -> PoolSettings {
    PoolSettings {
        size: 1,
        wait: Duration::from_secs(5),
        ..PoolSettings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_one_principals_and_leaves_nothing_behind() {
    for prepared in [true, false] {
        let (_database, pool) = world(PoolSettings { prepared, ..one() }).await;
        let id = Uuid::new_v4();
        let user = Scoped::new(pool.clone(), Principal::user(id, false), "public");
        let nobody = Scoped::new(pool.clone(), Principal::anon(), "other");
        let service = Scoped::new(pool.clone(), Principal::service(), "public");
        for _ in 0..2 {
            let expected = [
                (&user, "authenticated", Some(id), "\"public\""),
                (&nobody, "anon", None, "\"other\""),
                (&service, "service_role", None, "\"public\""),
            ];
            for (scoped, role, id, home) in expected {
                let [rows] = scoped.read([Query::new(WHO, &[])]).await.unwrap();
                let row = &rows[0];
                assert_eq!(row.try_get::<&str>("role").unwrap(), role);
                assert_eq!(row.try_get::<Option<Uuid>>("id").unwrap(), id);
                let path = format!("{home}, extensions, pg_temp");
                assert_eq!(row.try_get::<&str>("path").unwrap(), path);
                assert_eq!(row.try_get::<&str>("patience").unwrap(), "8s");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_values_and_not_sql() {
    let (_database, pool) = world(one()).await;
    let claims = serde_json::json!({ "note": "'); reset role; --\\ $1 \u{1F4A5}" });
    let id = Uuid::new_v4();
    let user = Scoped::new(pool, Principal::with_claims(id, false, &claims), "pub\"lic");
    let sql = "select auth.jwt() ->> 'note' as note, auth.uid() as id";
    let [rows] = user.read([Query::new(sql, &[])]).await.unwrap();
    assert_eq!(rows[0].try_get::<&str>("note").unwrap(), claims["note"]);
    assert_eq!(rows[0].try_get::<Uuid>("id").unwrap(), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_cannot_write_and_a_refusal_does_not_spoil_the_connection() {
    let (database, pool) = world(one()).await;
    let admin = database.connect_admin().await;
    let make = "create table public.notes (n int); grant all on public.notes to authenticated";
    admin.batch_execute(make).await.unwrap();
    let user = Scoped::new(pool, Principal::user(Uuid::new_v4(), false), "public");
    let write = Query::new("insert into notes values (1)", &[]);
    let refused = user.read([write]).await.unwrap_err();
    assert!(matches!(refused, ScopedError::Lost { .. }), "{refused:?}");
    assert!(refused.to_string().contains("read-only transaction"));
    let count = Query::new("select count(*) as n from notes", &[]);
    let refused = user.read([count, write]).await.unwrap_err();
    assert!(matches!(refused, ScopedError::Lost { .. }), "{refused:?}");
    let broken = user
        .read([Query::new("select 1 / 0", &[])])
        .await
        .unwrap_err();
    assert_eq!(broken.sqlstate(), Some("22012"));
    let [before, same] = user.read([count, count]).await.unwrap();
    assert_eq!((before[0].try_get::<i64>("n").unwrap(), same.len()), (0, 1));

    // dropped: undone; the one connection is free and clean
    let mut transaction = user.begin().await.unwrap();
    transaction.query(write).await.unwrap();
    drop(transaction);
    let [rows] = user.read([count]).await.unwrap();
    assert_eq!(rows[0].try_get::<i64>("n").unwrap(), 0);
    let mut transaction = user.begin().await.unwrap();
    let parameters = [(&7_i32 as _, Type::INT4)];
    transaction
        .query(Query::new("insert into notes values ($1)", &parameters))
        .await
        .unwrap();
    transaction.commit_with(write).await.unwrap();
    let [rows] = user.read([count]).await.unwrap();
    assert_eq!(rows[0].try_get::<i64>("n").unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waiting_leaves_no_transaction_open() {
    let (database, pool) = world(one()).await;
    let user = Scoped::new(pool, Principal::user(Uuid::new_v4(), false), "public");
    let slow = [Query::new("select pg_sleep(0.2)::text", &[])];
    user.read(slow).await.unwrap();
    let stopped = tokio::time::timeout(Duration::from_millis(50), user.read(slow)).await;
    assert!(stopped.is_err());
    let [rows] = user.read([Query::new(WHO, &[])]).await.unwrap();
    assert_eq!(rows[0].try_get::<&str>("role").unwrap(), "authenticated");
    let open = "select count(*) from pg_stat_activity \
        where datname = current_database() and state like 'idle in transaction%'";
    let admin = database.connect_admin().await;
    assert_eq!(
        admin.query_one(open, &[]).await.unwrap().get::<_, i64>(0),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_told_from_one_that_refuses() {
    let url = "postgres://nobody@127.0.0.1:1/none?sslmode=disable";
    let pool = Pool::new(url, PoolSettings::default()).unwrap();
    assert!(pool.check().await.is_err());
    let user = Scoped::new(pool, Principal::anon(), "public");
    let away = user.read([Query::new("select 1", &[])]).await.unwrap_err();
    assert!(away.is_unavailable(), "{away:?}");

    let (database, pool) = world(one()).await;
    pool.check().await.unwrap();
    let user = Scoped::new(pool.clone(), Principal::anon(), "public");
    let held = user.begin().await;
    let impatient = Pool::new(
        &database.url(),
        PoolSettings {
            wait: Duration::from_millis(20),
            ..one()
        },
    );
    let impatient = Scoped::new(impatient.unwrap(), Principal::anon(), "public");
    let kept = impatient.begin().await.unwrap();
    let busy = impatient.begin().await.unwrap_err();
    assert!(
        busy.is_unavailable() && busy.to_string().contains("busy"),
        "{busy}"
    );
    drop((held, kept));

    // the connection is lost, and the next one is another
    user.read([Query::new("select 1", &[])]).await.unwrap();
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    database
        .connect_admin()
        .await
        .execute(kill, &[])
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    user.read([Query::new("select 1", &[])]).await.unwrap();
}
