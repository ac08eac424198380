//! Transfers: proven from both sides, at once or not at all, with a receipt and a way back.

use std::time::Instant;

use futures_util::future::join_all;
use lodger_research::{
    Archived, Error, ListFilter, NewDraft, NewSession, PageRequest, Principal, Proof, Receipt,
    Scope, SessionChange, Stage,
};
use uuid::Uuid;

use crate::world::{World, new_session};

/// A guest with two sessions, one of them with a draft of four bytes.
async fn guest(world: &World) -> (Scope, Uuid) {
    let guest = world.guest().await;
    let id = new_session(&guest, "One").await.id;
    let second = new_session(&guest, "Two").await.id;
    guest.archive_session(second, None).await.unwrap();
    guest.save_draft(id, &draft("a.md")).await.unwrap();
    (guest, id)
}

fn draft(path: &str) -> NewDraft {
    NewDraft::with_content(Stage::Writing, path, "text/markdown", "text")
}

async fn claim(guest: &Scope) -> Proof {
    Proof::Claim(guest.issue_claim().await.unwrap().claim)
}

async fn titles(user: &Scope) -> Vec<String> {
    let filter = ListFilter {
        archived: Archived::Include,
        ..ListFilter::default()
    };
    let page = user
        .list_sessions(&filter, &PageRequest::default())
        .await
        .unwrap();
    page.items.into_iter().map(|it| it.title).collect()
}

async fn code(user: &Scope, proof: &Proof) -> &'static str {
    let preview = user.preview_transfer(proof).await.unwrap_err().code();
    let code = user.transfer(proof).await.unwrap_err().code();
    assert_eq!(preview, code);
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_did_goes_to_the_account() {
    let world = World::new().await;
    let (guest, id) = guest(&world).await;
    let user = world.user().await;
    let proof = claim(&guest).await;
    let preview = user.preview_transfer(&proof).await.unwrap();
    assert_eq!(
        (
            preview.source_user_id,
            preview.sessions,
            preview.files,
            preview.bytes
        ),
        (guest.user_id(), 2, 1, 4)
    );
    assert_eq!(titles(&guest).await.len(), 2);

    let receipt = user.transfer(&proof).await.unwrap();
    assert_eq!(
        (receipt.source_user_id, receipt.receiver_user_id),
        (guest.user_id(), user.user_id())
    );
    assert_eq!(
        (
            receipt.sessions,
            receipt.files,
            receipt.bytes,
            receipt.replayed
        ),
        (2, 1, 4, false)
    );
    assert_eq!(titles(&user).await, ["Two", "One"]);
    assert_eq!(user.list_stages(id).await.unwrap()[3].drafts.len(), 1);
    assert_eq!(user.get_session(id).await.unwrap().file_count, 1);
    assert_eq!(user.get_transfer(receipt.id).await.unwrap(), receipt);
    assert!(titles(&guest).await.is_empty());
    assert_eq!(guest.me().await.unwrap().transferred, Some(receipt.id));

    let again = user.transfer(&proof).await.unwrap();
    assert_eq!(
        again,
        Receipt {
            replayed: true,
            ..receipt
        }
    );
    let told = user.events_after(0, 10).await.unwrap().events;
    assert_eq!(told.last().unwrap().kind, "transfer.in");
    let told = guest.events_after(0, 10).await.unwrap().events;
    assert_eq!(told.last().unwrap().kind, "transfer.out");
    let other = world.user().await;
    assert_eq!(code(&other, &proof).await, "claim_used");
    assert_eq!(
        other.get_transfer(receipt.id).await.unwrap_err().code(),
        "not_found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_proven() {
    let world = World::new().await;
    let (guest, _) = guest(&world).await;
    let (user, other, second) = (world.user().await, world.user().await, world.guest().await);
    let proof = claim(&guest).await;
    // a registered user's work cannot be taken, nor a claim be made for it
    assert_eq!(
        other.issue_claim().await.unwrap_err().code(),
        "source_not_anonymous"
    );
    let token = |scope: &Scope| Proof::Token(scope.principal().clone());
    assert_eq!(code(&user, &token(&other)).await, "source_not_anonymous");
    // what a token says of itself does not count
    let lie = Proof::Token(Principal::user(other.user_id(), true));
    assert_eq!(code(&user, &lie).await, "source_not_anonymous");
    assert_eq!(code(&second, &proof).await, "receiver_anonymous");
    assert_eq!(code(&guest, &proof).await, "same_user");
    assert_eq!(
        code(&user, &Proof::Token(Principal::anon())).await,
        "no_user"
    );
    for forged in ["", "x", &"0".repeat(128)] {
        assert_eq!(
            code(&user, &Proof::Claim(forged.to_owned())).await,
            "claim_invalid"
        );
    }
    let Proof::Claim(text) = &proof else {
        unreachable!()
    };
    let (head, _) = text.split_at(64);
    let guessed = Proof::Claim(format!("{head}{}", "0".repeat(64)));
    assert_eq!(code(&user, &guessed).await, "claim_invalid");
    let late = "update research_transfer_claims set expires_at = now() - interval '1 second'";
    world.admin().await.batch_execute(late).await.unwrap();
    assert_eq!(code(&user, &proof).await, "claim_invalid");
    assert_eq!(titles(&guest).await.len(), 2);
    // the guest's own token is as good as a claim
    assert_eq!(user.transfer(&token(&guest)).await.unwrap().sessions, 2);
    assert_eq!(code(&other, &token(&guest)).await, "source_transferred");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_hashed_at_rest_and_told_to_nobody() {
    let world = World::new().await;
    let (guest, _) = guest(&world).await;
    let issued = guest.issue_claim().await.unwrap();
    assert!(!format!("{issued:?}").contains(&issued.claim));
    let stored = world
        .ask("select secret_hash from research_transfer_claims")
        .await;
    assert_eq!(stored.len(), 64);
    assert!(!issued.claim.contains(&stored));
    let peek = format!(
        "set role authenticated; set request.jwt.claims = '{{\"sub\":\"{}\"}}'; select secret_hash from research_transfer_claims",
        guest.user_id()
    );
    let refused = world.admin().await.batch_execute(&peek).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "42501");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_writes_of_the_giver_are_told_where_the_work_is() {
    let world = World::new().await;
    let (guest, id) = guest(&world).await;
    let saved = guest.save_draft(id, &draft("b.md")).await.unwrap().draft;
    world
        .user()
        .await
        .transfer(&claim(&guest).await)
        .await
        .unwrap();
    let change = SessionChange {
        title: Some("x".to_owned()),
        ..SessionChange::default()
    };
    let late = [
        guest
            .create_session(&NewSession::titled("Late"))
            .await
            .unwrap_err(),
        guest.update_session(id, &change, None).await.unwrap_err(),
        guest.archive_session(id, None).await.unwrap_err(),
        guest.delete_session(id, None).await.unwrap_err(),
        guest.save_draft(id, &draft("c.md")).await.unwrap_err(),
        guest.delete_draft(saved.id).await.unwrap_err(),
        guest.issue_claim().await.unwrap_err(),
    ];
    assert!(
        late.iter().all(|it| matches!(it, Error::SourceTransferred)),
        "{late:?}"
    );
    assert_eq!(guest.get_session(id).await.unwrap_err().code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_transfers_at_once_exactly_one_wins() {
    let world = World::new().await;
    for _ in 0..5 {
        let (guest, _) = guest(&world).await;
        let users = [world.user().await, world.user().await];
        let proofs = [claim(&guest).await, claim(&guest).await];
        let attempts = users
            .iter()
            .zip(&proofs)
            .map(|(user, proof)| user.transfer(proof));
        let done = join_all(attempts).await;
        let won: Vec<_> = done.iter().filter_map(|it| it.as_ref().ok()).collect();
        let lost: Vec<_> = done
            .iter()
            .filter_map(|it| it.as_ref().err())
            .map(Error::code)
            .collect();
        assert_eq!((won.len(), lost), (1, vec!["claim_used"]), "{done:?}");
        let kept = [titles(&users[0]).await.len(), titles(&users[1]).await.len()];
        assert!(matches!(kept, [2, 0] | [0, 2]), "{kept:?}");
    }
    // the same receiver twice at once gets one receipt
    let (guest, _) = guest(&world).await;
    let (user, proof) = (world.user().await, claim(&guest).await);
    let done = join_all((0..4).map(|_| user.transfer(&proof))).await;
    let ids: Vec<Uuid> = done.into_iter().map(|it| it.unwrap().id).collect();
    assert!(ids.iter().all(|it| *it == ids[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_written_meanwhile_is_orphaned() {
    let world = World::new().await;
    for _ in 0..8 {
        let (guest, id) = guest(&world).await;
        let (user, proof) = (world.user().await, claim(&guest).await);
        let new = NewSession::titled("Meanwhile");
        let created = join_all((0..6).map(|_| guest.create_session(&new)));
        let saved = join_all((0..6).map(|n| {
            let guest = guest.clone();
            async move { guest.save_draft(id, &draft(&format!("m{n}.md"))).await }
        }));
        let (moved, created, saved) = tokio::join!(user.transfer(&proof), created, saved);
        moved.unwrap();
        for error in created.iter().filter_map(|it| it.as_ref().err()) {
            assert!(matches!(error, Error::SourceTransferred), "{error:?}");
        }
        for error in saved.iter().filter_map(|it| it.as_ref().err()) {
            assert!(matches!(error, Error::SourceTransferred), "{error:?}");
        }
        let kept = created.iter().filter(|it| it.is_ok()).count();
        assert_eq!(titles(&user).await.len(), 2 + kept);
        assert!(titles(&guest).await.is_empty());
        let drafts = 1 + saved.iter().filter(|it| it.is_ok()).count();
        assert_eq!(
            usize::try_from(user.get_session(id).await.unwrap().file_count).unwrap(),
            drafts
        );
        let left = format!(
            "select count(*) from draft_files where user_id = '{}'",
            guest.user_id()
        );
        assert_eq!(world.ask(&left).await, "0");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_can_be_undone_once_and_for_a_day() {
    let world = World::new().await;
    let (guest, id) = guest(&world).await;
    let (user, other) = (world.user().await, world.user().await);
    new_session(&user, "Mine").await;
    let proof = claim(&guest).await;
    let receipt = user.transfer(&proof).await.unwrap();
    assert_eq!(
        other.undo_transfer(receipt.id).await.unwrap_err().code(),
        "not_found"
    );
    let undone = user.undo_transfer(receipt.id).await.unwrap();
    assert!(undone.undone_at.is_some());
    assert_eq!(titles(&user).await, ["Mine"]);
    assert_eq!(titles(&guest).await, ["Two", "One"]);
    guest.save_draft(id, &draft("b.md")).await.unwrap();
    assert_eq!(
        user.undo_transfer(receipt.id).await.unwrap_err().code(),
        "undo_over"
    );
    assert_eq!(code(&user, &proof).await, "claim_used");
    // and again with another claim, until it is too late to undo
    let receipt = user.transfer(&claim(&guest).await).await.unwrap();
    assert_eq!((receipt.sessions, receipt.files), (2, 2));
    let late = "update research_transfers set undo_until = now() - interval '1 second'";
    world.admin().await.batch_execute(late).await.unwrap();
    assert_eq!(
        user.undo_transfer(receipt.id).await.unwrap_err().code(),
        "undo_over"
    );
    assert_eq!(user.list_transfers().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_moves_under_the_same_rules() {
    let world = World::new().await;
    let (guest, _) = guest(&world).await;
    let user = world.user().await;
    let operator = world.store.operator();
    let refused = operator
        .transfer(user.user_id(), guest.user_id())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "source_not_anonymous");
    let refused = operator
        .transfer(Uuid::new_v4(), user.user_id())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "user_gone");
    let preview = operator
        .preview_transfer(guest.user_id(), user.user_id())
        .await
        .unwrap();
    let receipt = operator
        .transfer(guest.user_id(), user.user_id())
        .await
        .unwrap();
    assert_eq!(
        (preview.sessions, receipt.sessions, receipt.files),
        (2, 2, 1)
    );
    assert!(
        operator
            .transfer(guest.user_id(), user.user_id())
            .await
            .unwrap()
            .replayed
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_sessions_move_in_one_transaction() {
    let world = World::new().await;
    let (guest, user) = (world.guest().await, world.user().await);
    let sessions = format!(
        "insert into research_sessions (user_id, title) \
         select '{}', 'S' || n from generate_series(1, 10000) as n",
        guest.user_id()
    );
    let drafts = "insert into draft_files (session_id, user_id, stage, file_path, size_bytes) \
        select s.id, s.user_id, '4_writing', 'f' || n, n \
        from research_sessions as s, generate_series(1, 3) as n";
    let client = world.admin().await;
    client.batch_execute(&sessions).await.unwrap();
    client.batch_execute(drafts).await.unwrap();
    let proof = claim(&guest).await;
    let begun = Instant::now();
    let receipt = user.transfer(&proof).await.unwrap();
    let took = begun.elapsed();
    println!("10,000 sessions with 30,000 drafts moved in {took:?}");
    assert_eq!(
        (receipt.sessions, receipt.files, receipt.bytes),
        (10_000, 30_000, 60_000)
    );
    let left = format!(
        "select count(*) from draft_files where user_id = '{}'",
        user.user_id()
    );
    assert_eq!(world.ask(&left).await, "30000");
    assert!(took.as_secs() < 30, "{took:?}");
}
