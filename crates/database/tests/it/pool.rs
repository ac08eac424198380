//! Connections of a pool: what goes out together, and what becomes of them when something comes in between.

use std::time::Duration;

use lodger_database::pool::{Pool, PoolSettings};
use lodger_database::scoped::{Principal, Query, Row, Scoped, ScopedError};
use lodger_database::testing::{Cluster, Template, TestDatabase};
use tokio_postgres::types::{FromSqlOwned, Type};
use uuid::Uuid;

const PID: Query<'_> = Query {
    sql: "select pg_backend_pid() as pid",
    parameters: &[],
};

/// A pool of one, so that it matters in which state the connection is given back.
async fn world(prepared: bool) -> (TestDatabase, Scoped) {
    let database = Cluster::shared().database(Template::Base).await;
    let settings = PoolSettings {
        size: 1,
        prepared,
        ..PoolSettings::default()
    };
    let pool = Pool::new(&database.url(), settings).unwrap();
    let principal = Principal::user(Uuid::new_v4(), false);
    (database, Scoped::new(pool, principal, "public"))
}

async fn notes(database: &TestDatabase) {
    let make = "create table public.notes (n int); grant all on public.notes to authenticated";
    let admin = database.connect_admin().await;
    admin.batch_execute(make).await.unwrap();
}

fn value<T: FromSqlOwned>(rows: &[Row], column: &str) -> T {
    rows[0].try_get(column).unwrap()
}

async fn pid(user: &Scoped) -> i32 {
    let [rows] = user.read([PID]).await.unwrap();
    value(&rows, "pid")
}

/// Polls once, so that everything is on its way, and then stops waiting.
async fn begin_and_drop(work: impl Future) {
    let stopped = tokio::time::timeout(Duration::from_millis(20), work).await;
    assert!(stopped.is_err(), "it was quicker than the test");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_under_way_is_ended_on_the_same_connection() {
    for prepared in [true, false] {
        let (database, user) = world(prepared).await;
        notes(&database).await;
        let before = pid(&user).await;
        let slow = Query::new("select pg_sleep(0.1)::text", &[]);
        begin_and_drop(user.read([slow])).await;
        begin_and_drop(user.read([PID, slow, PID])).await;
        let write = Query::new("insert into notes select 1 from pg_sleep(0.1)", &[]);
        let mut transaction = user.begin().await.unwrap();
        begin_and_drop(transaction.query(write)).await;
        // it has no answer yet: nothing else can be asked, and nothing be kept
        let error = transaction.query(PID).await.unwrap_err();
        assert!(matches!(error, ScopedError::Lost { .. }), "{error:?}");
        transaction.commit().await.unwrap_err();
        let mut transaction = user.begin().await.unwrap();
        transaction.query(PID).await.unwrap();
        begin_and_drop(transaction.query(write)).await;
        drop(transaction);
        let count = Query::new("select count(*) as n from notes", &[]);
        let [rows] = user.read([count]).await.unwrap();
        assert_eq!(value::<i64>(&rows, "n"), 0);
        assert_eq!(pid(&user).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_parameter_that_was_half_sent_harms_nobody() {
    let (_database, user) = world(true).await;
    let large = "x".repeat(32 * 1024 * 1024);
    let parameters = [(&large as _, Type::TEXT)];
    let query = Query::new("select length($1) as n, pg_sleep(0.1)::text", &parameters);
    begin_and_drop(user.read([query])).await;
    let [rows] = user.read([query]).await.unwrap();
    assert_eq!(value::<i32>(&rows, "n"), 32 * 1024 * 1024);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_side_waits_for_the_other_to_read() {
    let (_database, user) = world(true).await;
    let large = "x".repeat(16 * 1024 * 1024);
    let parameters = [(&large as _, Type::TEXT)];
    let echo = Query::new("select $1 as text", &parameters);
    let [first, second] = user.read([echo, echo]).await.unwrap();
    assert_eq!(value::<String>(&first, "text").len(), large.len());
    assert_eq!(value::<String>(&second, "text"), large);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_in_the_middle_ends_the_transaction_and_not_the_connection() {
    for prepared in [true, false] {
        let (database, user) = world(prepared).await;
        notes(&database).await;
        let before = pid(&user).await;
        let wrong = Query::new("select 1 / (pg_backend_pid() - pg_backend_pid()) as n", &[]);
        let error = user.read([PID, wrong, PID]).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("22012"), "{error:?}");
        let absent = Query::new("select 1 from absent", &[]);
        let error = user.read([PID, absent, PID]).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("42P01"), "{error:?}");

        let write = Query::new("insert into notes values (1)", &[]);
        let mut transaction = user.begin().await.unwrap();
        transaction.query(write).await.unwrap();
        transaction.query(wrong).await.unwrap_err();
        transaction.commit().await.unwrap_err();
        let mut transaction = user.begin().await.unwrap();
        transaction.query(write).await.unwrap();
        let error = transaction.commit_with(wrong).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("22012"), "{error:?}");
        let count = Query::new("select count(*) as n from notes", &[]);
        let [rows] = user.read([count]).await.unwrap();
        assert_eq!(value::<i64>(&rows, "n"), 0);
        assert_eq!(pid(&user).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_cannot_be_sent_or_read_is_told_and_forgotten() {
    let (_database, user) = world(true).await;
    let before = pid(&user).await;
    let parameters = [(&"text" as _, Type::INT4)];
    let query = Query::new("select $1 as n", &parameters);
    let error = user.read([PID, query]).await.unwrap_err();
    assert!(matches!(error, ScopedError::Unreadable { .. }), "{error:?}");
    let [rows] = user.read([PID]).await.unwrap();
    assert!(rows[0].try_get::<String>("pid").is_err());
    assert!(rows[0].try_get::<i32>("absent").is_err());
    assert_eq!(value::<i32>(&rows, "pid"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_the_server_no_longer_takes_are_prepared_anew() {
    let (database, user) = world(true).await;
    notes(&database).await;
    let before = pid(&user).await;
    let read = Query::new("select * from notes", &[]);
    let write = Query::new("insert into notes values (1) returning *", &[]);
    user.read([read]).await.unwrap();
    let mut transaction = user.begin().await.unwrap();
    transaction.query(write).await.unwrap();
    transaction.commit().await.unwrap();

    // a migration changes what they answer
    let admin = database.connect_admin().await;
    let change = "alter table public.notes add column more text not null default 'm'";
    admin.batch_execute(change).await.unwrap();
    let [rows] = user.read([read]).await.unwrap();
    assert_eq!(value::<String>(&rows, "more"), "m");
    let mut transaction = user.begin().await.unwrap();
    let rows = transaction.query(write).await.unwrap();
    assert_eq!(value::<String>(&rows, "more"), "m");
    transaction.commit().await.unwrap();

    // somebody had the server forget them
    let forget = Query::new("deallocate all", &[]);
    let mut transaction = user.begin().await.unwrap();
    transaction.query(forget).await.unwrap();
    drop(transaction);
    let [rows] = user.read([read]).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(pid(&user).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_besides_is_passed_over() {
    let (_database, user) = world(true).await;
    let sql = "select set_config('client_min_messages', 'debug5', true) as a, set_config('application_name', 'b', true) as b";
    let mut transaction = user.begin().await.unwrap();
    let rows = transaction.query(Query::new(sql, &[])).await.unwrap();
    assert_eq!(value::<String>(&rows, "b"), "b");
    transaction.commit().await.unwrap();
    pid(&user).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cut_off_is_told_so_and_the_next_gets_another_connection() {
    let (database, user) = world(true).await;
    let before = pid(&user).await;
    let admin = database.connect_admin().await;
    let cut = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let sql = "select pg_terminate_backend($1)";
        admin.query(sql, &[&before]).await.unwrap();
    };
    let slow = [Query::new("select pg_sleep(5)::text", &[])];
    let (error, ()) = tokio::join!(user.read(slow), cut);
    let error = error.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert!(error.to_string().contains("terminating"), "{error}");
    let after = pid(&user).await;
    assert_ne!(after, before);

    // in the middle of a transaction, between two statements
    let mut transaction = user.begin().await.unwrap();
    transaction.query(PID).await.unwrap();
    let sql = "select pg_terminate_backend($1)";
    admin.query(sql, &[&after]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = transaction.query(PID).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    transaction.commit().await.unwrap_err();
    assert_ne!(pid(&user).await, after);
}
