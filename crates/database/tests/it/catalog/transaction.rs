//! A look at the catalog leaves the session and the transaction as they were.

use lodger_database::catalog::{load_snapshot, load_snapshot_in};
use lodger_migration::catalog::difference_within;
use lodger_migration::object::{ObjectId, ObjectKind};

use super::{ddl, native};

/// Every setting that a look changes, and whether a transaction is open.
const STATE: &str = "
    select concat_ws('|', current_setting('search_path'), current_setting('datestyle'),
        current_setting('timezone'), current_setting('lock_timeout'), current_setting('jit'),
        current_setting('transaction_isolation'), current_setting('transaction_read_only'),
        now() = statement_timestamp())";

#[tokio::test(flavor = "multi_thread")]
async fn alone_leaves_the_session_as_it_was() {
    let (_database, session) = native().await;
    let client = &session.client;
    let sql = "set search_path = pg_catalog, public; set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo'";
    client.batch_execute(sql).await.unwrap();
    let state = async || {
        let row = client.query_typed_one(STATE, &[]).await.unwrap();
        row.get::<_, String>(0)
    };
    let before = state().await;
    load_snapshot(client).await.unwrap();
    assert_eq!(state().await, before);
    assert_eq!(session.take_notices(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_sees_what_is_not_committed_and_undoes_its_own_settings() {
    let (_database, session) = native().await;
    let client = &session.client;
    let begin = "begin; set local search_path = public; set datestyle = 'SQL, DMY'";
    client.batch_execute(begin).await.unwrap();
    client.batch_execute(ddl::VIEW).await.unwrap();
    let row = client.query_typed_one(STATE, &[]).await.unwrap();
    let before: String = row.get(0);
    let locks = "
        select count(*) from pg_locks
         where pid = pg_backend_pid() and relation >= 16384 and mode = 'AccessShareLock'";
    let row = client.query_typed_one(locks, &[]).await.unwrap();
    let held: i64 = row.get(0);

    let snapshot = load_snapshot_in(client).await.unwrap();
    let view = ObjectId::in_schema(ObjectKind::View, "public", "names");
    assert!(snapshot.get(&view).is_some());

    let row = client.query_typed_one(STATE, &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), before);
    let row = client.query_typed_one(locks, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), held);
    client.batch_execute("rollback").await.unwrap();
    let after = load_snapshot(client).await.unwrap();
    assert!(after.get(&view).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_leaves_the_transaction_usable() {
    let (database, session) = native().await;
    let blocker = database.connect_admin().await;
    session.client.batch_execute(ddl::VIEW).await.unwrap();
    let lock = "begin; lock table base in access exclusive mode";
    blocker.batch_execute(lock).await.unwrap();
    let begin = "begin; create table kept_too (); set local lock_timeout = '50ms'";
    session.client.batch_execute(begin).await.unwrap();
    let error = load_snapshot_in(&session.client).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"));
    let said = error.to_string();
    assert!(said.contains("has a table locked"), "{said}");
    blocker.batch_execute("rollback").await.unwrap();
    let snapshot = load_snapshot_in(&session.client).await.unwrap();
    assert!(snapshot.table("public", "kept_too").is_some());
    session.client.batch_execute("commit").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_means_inside() {
    let (_database, session) = native().await;
    let error = load_snapshot_in(&session.client).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("25P01"));
}

/// What others commit in the meantime is neither seen nor an error: not even where Postgres' functions
/// look through its caches, which know of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_in_the_meantime_does_not_show() {
    let (database, session) = native().await;
    for statements in [
        ddl::VIEW,
        ddl::CONSTRAINT,
        ddl::TRIGGER,
        ddl::POLICY,
        ddl::RULE,
    ] {
        session.client.batch_execute(statements).await.unwrap();
    }
    let begin = "begin transaction isolation level repeatable read";
    session.client.batch_execute(begin).await.unwrap();
    let before = load_snapshot_in(&session.client).await.unwrap();
    let other = database.connect_admin().await;
    let sql = "
        alter table base rename column name to label;
        alter table source drop constraint source_y_x_fkey;
        drop table target cascade;
        drop table log cascade;
        alter function me() rename to i;
        alter policy own on doc using (false);
        drop table ruled cascade;
        drop view on_view;
        create table base2 (id integer);";
    other.batch_execute(sql).await.unwrap();
    let after = load_snapshot_in(&session.client).await.unwrap();
    let difference = difference_within(&before, &after);
    assert!(difference.is_empty(), "{:#?}", difference.changes);
    let sql = "alter table base add column more integer default 1";
    session.client.batch_execute(sql).await.unwrap();
    let after = load_snapshot_in(&session.client).await.unwrap();
    let difference = difference_within(&before, &after);
    let changed: Vec<String> = difference.changes.keys().map(ToString::to_string).collect();
    assert_eq!(changed, ["table public.base"]);
    session.client.batch_execute("rollback").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_survives_what_others_drop_under_it() {
    let (database, session) = native().await;
    let other = database.connect_admin().await;
    let busy = tokio::spawn(async move {
        for _ in 0..60 {
            let sql = "
                create table a (id integer primary key, n integer default 1 check (n > 0));
                create table b (a integer references a, m text);
                create index on b ((a + 1)) where m > '';
                create view v as select a.n, b.m from a join b on b.a = a.id;
                create rule r as on insert to b do also select 1;
                create policy p on a using (exists (select from b));";
            other.batch_execute(sql).await.unwrap();
            other
                .batch_execute("drop table a, b cascade")
                .await
                .unwrap();
        }
    });
    let mut looks = 0;
    while !busy.is_finished() {
        load_snapshot(&session.client).await.unwrap();
        looks += 1;
    }
    busy.await.unwrap();
    assert!(looks > 3, "{looks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_waits_for_what_others_have_locked_without_holding_anything() {
    let (database, session) = native().await;
    let other = database.connect_admin().await;
    let made = "create table first (a integer); create table second (b integer);
        create view v1 as select a from first; create view v2 as select b from second;";
    other.batch_execute(made).await.unwrap();
    let lock = "begin; lock table second in access exclusive mode";
    other.batch_execute(lock).await.unwrap();
    let looking = tokio::spawn(async move { load_snapshot(&session.client).await.unwrap() });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    // Whoever looks holds `first` for moments only: no deadlock, and nobody waits for long.
    let lock = "set local lock_timeout = '5s'; lock table first in access exclusive mode; commit";
    other.batch_execute(lock).await.unwrap();
    let views = looking.await.unwrap();
    assert!(
        views
            .get(&ObjectId::in_schema(ObjectKind::View, "public", "v2"))
            .is_some()
    );
}
