//! Taking everything along, erasing it, and upkeep that never takes what somebody needs.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use lodger_research::{
    Erased, ExportRecord, IdempotencyKey, NewDraft, Proof, Prune, Scope, Stage, Sweep,
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, new_session};

async fn fill(user: &Scope) -> Uuid {
    let id = new_session(user, "One").await.id;
    let draft = NewDraft::with_content(Stage::Writing, "a.md", "text/markdown", "text");
    user.save_draft(id, &draft).await.unwrap();
    let second = new_session(user, "Two").await.id;
    user.archive_session(second, None).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_everything_of_one_user() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    fill(&other).await;
    let id = fill(&user).await;
    let records: Vec<ExportRecord> = user.export().try_collect().await.unwrap();
    let lines: Vec<_> = records.iter().map(ExportRecord::to_json).collect();
    let kinds: Vec<_> = lines
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["account", "session", "session", "draft"]);
    assert_eq!(
        (&lines[0]["id"], &lines[3]["session_id"]),
        (&json!(user.user_id()), &json!(id))
    );
    assert_eq!(
        (&lines[3]["content"], &lines[3]["content_hex"]),
        (&json!("text"), &json!(null))
    );
    assert!(lines[1]["created_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_no_row_of_the_user_and_every_row_of_the_others() {
    let world = World::new().await;
    let (user, other, guest) = (world.user().await, world.user().await, world.guest().await);
    fill(&user).await;
    fill(&guest).await;
    let claim = guest.issue_claim().await.unwrap().claim;
    user.transfer(&Proof::Claim(claim)).await.unwrap();
    let mut work = user.begin().await.unwrap();
    let key = IdempotencyKey::new("k", b"r").unwrap();
    assert_eq!(work.recall(&key).await.unwrap(), None);
    work.commit().await.unwrap();
    fill(&other).await;
    let tables = [
        ("research_sessions", "user_id"),
        ("draft_files", "user_id"),
        ("research_events", "user_id"),
        ("research_event_heads", "user_id"),
        ("research_idempotency_keys", "user_id"),
        ("research_transfer_claims", "user_id"),
        ("research_transfers", "user_id"),
        ("research_stream_tickets", "user_id"),
        ("research_transferred_users", "user_id"),
        ("research_profiles", "id"),
    ];
    let others = async || {
        let mut counts = Vec::new();
        for (table, owner) in tables {
            let sql = format!(
                "select count(*) from {table} where {owner} <> '{}'",
                user.user_id()
            );
            counts.push(world.ask(&sql).await);
        }
        counts
    };
    let before = others().await;
    let erased = user.erase().await.unwrap();
    assert_eq!(
        (
            erased.sessions,
            erased.drafts,
            erased.bytes,
            erased.keys,
            erased.transfers
        ),
        (4, 2, 8, 1, 1)
    );
    assert_eq!((erased.claims, erased.profiles), (0, 1));
    for (table, owner) in tables {
        let sql = format!(
            "select count(*) from {table} where {owner} = '{}'",
            user.user_id()
        );
        assert_eq!(world.ask(&sql).await, "0", "{table}");
    }
    assert_eq!(others().await, before);
    assert!(user.events_after(1, 10).await.unwrap().reset);
    assert_eq!(user.erase().await.unwrap(), Erased::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_drops_what_has_served_its_time() {
    let world = World::new().await;
    let user = world.user().await;
    fill(&user).await;
    let operator = world.store.operator();
    assert_eq!(operator.prune(&Prune::default()).await.unwrap().events, 0);
    let age = "update research_events set created_at = now() - interval '31 days' where seq <= 2";
    world.admin().await.batch_execute(age).await.unwrap();
    assert_eq!(operator.prune(&Prune::default()).await.unwrap().events, 2);
    assert!(user.events_after(1, 10).await.unwrap().reset);
    assert_eq!(user.events_after(2, 10).await.unwrap().events.len(), 2);
}

/// Makes an account look as if nobody had used it for a year.
async fn age(world: &World, id: Uuid) {
    let sql =
        format!("update auth.users set created_at = now() - interval '1 year' where id = '{id}'");
    world.admin().await.batch_execute(&sql).await.unwrap();
}

/// One of them has signed in, another is named in another project's table.
async fn others_need(world: &World, alive: Uuid, elsewhere: Uuid) {
    let others = format!(
        "insert into auth.sessions (id, user_id, created_at, updated_at) values (gen_random_uuid(), '{alive}', now(), now()); \
         create table public.other_project (owner uuid references auth.users (id)); \
         insert into public.other_project values ('{elsewhere}')"
    );
    world.admin().await.batch_execute(&others).await.unwrap();
}

async fn is_there(world: &World, id: Uuid) -> bool {
    let sql = format!("select count(*) from auth.users where id = '{id}'");
    world.ask(&sql).await == "1"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_only_guests_that_own_nothing_and_never_come() {
    let world = World::new().await;
    let empty = world.sign_up(true).await;
    let (young, registered) = (world.sign_up(true).await, world.sign_up(false).await);
    let (alive, elsewhere) = (world.sign_up(true).await, world.sign_up(true).await);
    let owner = world.guest().await;
    fill(&owner).await;
    for id in [empty, registered, alive, elsewhere, owner.user_id()] {
        age(&world, id).await;
    }
    others_need(&world, alive, elsewhere).await;
    // the other project's sign-up hook makes a row for everybody, which counts as much as any
    let operator = world.store.operator();
    let dry = operator.sweep(&Sweep::default(), true).await.unwrap();
    assert!(dry.deleted.is_empty() && dry.abandoned.iter().all(|it| it.elsewhere));
    let forget = "delete from public.profiles";
    world.admin().await.batch_execute(forget).await.unwrap();
    let sweep = Sweep {
        limit: 1000,
        ..Sweep::default()
    };
    let ours = [empty, young, registered, alive, elsewhere, owner.user_id()];
    let deleted = |swept: &lodger_research::Swept| {
        ours.into_iter()
            .filter(|id| swept.deleted.contains(id))
            .collect::<Vec<_>>()
    };
    let dry = operator.sweep(&sweep, true).await.unwrap();
    assert_eq!(deleted(&dry), [empty]);
    let seen = |id| dry.abandoned.iter().find(|it| it.id == id);
    assert!(seen(elsewhere).unwrap().elsewhere);
    assert_eq!(seen(owner.user_id()).unwrap().sessions, 2);
    assert!(
        [young, registered, alive]
            .into_iter()
            .all(|id| seen(id).is_none())
    );
    assert!(is_there(&world, empty).await);

    assert_eq!(
        deleted(&operator.sweep(&sweep, false).await.unwrap()),
        [empty]
    );
    let told = Sweep {
        even_with_sessions: true,
        ..sweep
    };
    assert_eq!(
        deleted(&operator.sweep(&told, false).await.unwrap()),
        [owner.user_id()]
    );
    for id in [young, registered, alive, elsewhere] {
        assert!(is_there(&world, id).await);
    }
    let hasty = Sweep {
        idle: Duration::from_mins(1),
        ..sweep
    };
    assert_eq!(
        operator.sweep(&hasty, true).await.unwrap_err().code(),
        "invalid"
    );
}
