//! The same on the PostgreSQL inside this process: one connection, no extensions.

use lodger_database::base;
use lodger_database::embedded::{EmbeddedGuard, EmbeddedServer};
use lodger_research::{
    ListFilter, NewDraft, NewSession, Pool, Principal, Proof, Settings, Stage, Status, Store,
};
use uuid::Uuid;

use crate::world::{bring_in, counted, new_session};

/// A server with the store, an anonymous account and a registered one.
async fn start() -> (Pool, EmbeddedGuard, Uuid, Uuid) {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let client = &server.session().client;
    base::install(client).await.unwrap();
    bring_in(server.session(), "public").await;
    let (guest, user) = (Uuid::new_v4(), Uuid::new_v4());
    let sign_up = "insert into auth.users (id, is_anonymous) values ($1, true), ($2, false)";
    client.execute(sign_up, &[&guest, &user]).await.unwrap();
    let (pool, guard) = server.into_pool();
    (pool, guard, guest, user)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_operations_work_on_one_connection() {
    let (pool, guard, guest, user) = start().await;
    let store = Store::new(pool, Settings::default());
    let guest = store.as_user(&Principal::user(guest, true)).unwrap();
    let user = store.as_user(&Principal::user(user, false)).unwrap();
    let id = new_session(&guest, "One").await.id;
    let draft = NewDraft::with_content(Stage::Writing, "a.md", "text/markdown", "text");
    guest.save_draft(id, &draft).await.unwrap();
    assert_eq!(user.get_session(id).await.unwrap_err().code(), "not_found");
    let claim = guest.issue_claim().await.unwrap().claim;
    let receipt = user.transfer(&Proof::Claim(claim)).await.unwrap();
    assert_eq!((receipt.sessions, receipt.files), (1, 1));
    assert_eq!(
        guest
            .create_session(&NewSession::titled("Late"))
            .await
            .unwrap_err()
            .code(),
        "source_transferred"
    );
    user.move_session(id, Status::Completed, None)
        .await
        .unwrap();
    let page = counted();
    let page = user
        .list_sessions(&ListFilter::default(), &page)
        .await
        .unwrap();
    assert_eq!(
        (
            page.total,
            page.items[0].file_count,
            page.items[0].total_size_bytes
        ),
        (Some(1), 1, 4)
    );
    assert_eq!(user.statistics().await.unwrap().completed, 1);
    // somebody who stops waiting leaves the one connection usable
    let mut work = user.begin().await.unwrap();
    work.delete_session(id, None).await.unwrap();
    drop(work);
    assert_eq!(
        user.get_session(id).await.unwrap().status,
        Status::Completed
    );
    let swept = store
        .operator()
        .sweep(&lodger_research::Sweep::default(), true)
        .await
        .unwrap();
    assert!(swept.deleted.is_empty());
    assert_eq!(user.erase().await.unwrap().sessions, 1);
    drop(guard);
}
