//! The account and its profile; and that a sign-up comes first, whatever happens to the profile.

use lodger_research::{NewSession, Principal, ProfileChange};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, new_session};

#[tokio::test(flavor = "multi_thread")]
async fn a_user_sees_its_own_account() {
    let world = World::new().await;
    let (user, guest) = (world.user().await, world.guest().await);
    let me = user.me().await.unwrap();
    assert_eq!(
        (me.user.id, me.user.is_anonymous, me.transferred),
        (user.user_id(), false, None)
    );
    assert_eq!(
        me.user.email,
        Some(format!("{}@example.test", user.user_id().simple()))
    );
    assert_eq!(me.profile.version, 1);
    let me = guest.me().await.unwrap();
    assert_eq!(
        (me.user.id, me.user.is_anonymous, me.user.email),
        (guest.user_id(), true, None)
    );
    let nobody = world
        .store
        .as_user(&Principal::user(Uuid::new_v4(), false))
        .unwrap();
    assert_eq!(nobody.me().await.unwrap_err().code(), "user_gone");
    let refused = nobody
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "user_gone");
    for principal in [Principal::anon(), Principal::service()] {
        assert_eq!(
            world.store.as_user(&principal).unwrap_err().code(),
            "no_user"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_made_at_sign_up_or_at_its_first_change() {
    let world = World::new().await;
    let user = world.user().await;
    let change = ProfileChange {
        display_name: Some(Some("Ada".to_owned())),
        preferences: Some(json!({ "dark": true })),
        ..ProfileChange::default()
    };
    let profile = user.update_profile(&change, Some(1)).await.unwrap();
    assert_eq!(
        (profile.display_name.as_deref(), profile.version),
        (Some("Ada"), 2)
    );
    let late = user.update_profile(&change, Some(1)).await.unwrap_err();
    assert_eq!(late.code(), "version_mismatch");
    let nameless = ProfileChange {
        display_name: Some(None),
        ..ProfileChange::default()
    };
    let profile = user.update_profile(&nameless, None).await.unwrap();
    assert_eq!(
        (profile.display_name, profile.preferences),
        (None, json!({ "dark": true }))
    );

    world
        .admin()
        .await
        .batch_execute("delete from research_profiles")
        .await
        .unwrap();
    assert_eq!(user.get_profile().await.unwrap().version, 0);
    assert_eq!(
        user.update_profile(&change, Some(3))
            .await
            .unwrap_err()
            .code(),
        "version_mismatch"
    );
    assert_eq!(
        user.update_profile(&change, Some(0)).await.unwrap().version,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_is_never_lost_over_a_profile() {
    let world = World::new().await;
    let breakages = [
        "alter table research_profiles add constraint never check (false) not valid",
        "alter table research_profiles rename to gone",
    ];
    for breakage in breakages {
        world.admin().await.batch_execute(breakage).await.unwrap();
        let id = world.sign_up(false).await;
        assert_eq!(
            world
                .ask(&format!(
                    "select count(*) from auth.users where id = '{id}'"
                ))
                .await,
            "1"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_an_account_takes_its_rows_and_nobody_elses() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    for scope in [&user, &other] {
        let id = new_session(scope, "One").await.id;
        let draft = lodger_research::NewDraft::with_content(
            lodger_research::Stage::Writing,
            "a.md",
            "text/plain",
            "a",
        );
        scope.save_draft(id, &draft).await.unwrap();
    }
    let client = world.database.connect_as("supabase_auth_admin").await;
    client
        .execute("delete from auth.users where id = $1", &[&user.user_id()])
        .await
        .unwrap();
    for table in [
        "research_sessions",
        "draft_files",
        "research_events",
        "research_event_heads",
    ] {
        let count = format!(
            "select count(*) || ' ' || count(*) filter (where user_id = '{}') from {table}",
            user.user_id()
        );
        let expected = if table == "research_events" {
            "2 0"
        } else {
            "1 0"
        };
        assert_eq!(world.ask(&count).await, expected, "{table}");
    }
}
