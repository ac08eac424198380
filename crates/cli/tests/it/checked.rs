//! `lodger verify` and `lodger rehearse` of this repository's own migrations, on a shared instance.

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::story::{json, run};

#[tokio::test]
async fn what_was_applied_is_verified_and_rehearsed_and_then_broken() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let on = |arguments: &[&str]| run(&instance, "migrations", arguments);

    assert_eq!(on(&["apply"]).code, 0);
    let verified = on(&["verify"]);
    assert_eq!(
        (verified.code, verified.err.as_str()),
        (0, ""),
        "{verified:?}"
    );
    let key = "✓ foreign key research_sessions_user_id_fkey: public.research_sessions (user_id) → \
               auth.users (id), on delete cascade, validated\n";
    assert!(verified.out.contains(key), "{verified:?}");
    assert!(verified.out.ends_with(" hold\n"), "{verified:?}");

    let rehearsed = on(&["rehearse", "--format", "json"]);
    assert_eq!(
        (rehearsed.code, rehearsed.err.as_str()),
        (0, ""),
        "{rehearsed:?}"
    );
    let report = json(&rehearsed);
    assert_eq!(report["outcome"], "passed");
    let checks = report["checks"].as_array().unwrap();
    assert!(checks.iter().all(|it| it["passed"] == true), "{report:#}");
    assert!(
        !rehearsed.out.contains("example.test"),
        "an address is printed: {rehearsed:?}"
    );

    let client = instance.connect().await;
    let hole = "drop index idx_research_sessions_user_id;
                create policy hole on research_sessions for select to authenticated using (true)";
    client.batch_execute(hole).await.unwrap();
    let verified = on(&["verify", "--quiet"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(
        verified.out.lines().all(|it| it.starts_with(['✗', ' '])),
        "{verified:?}"
    );
    assert!(
        verified
            .out
            .contains("✗ index idx_research_sessions_user_id"),
        "{verified:?}"
    );
    let rehearsed = on(&["rehearse", "-q"]);
    assert_eq!(rehearsed.code, 1, "{rehearsed:?}");
    let seen = "✗ public.research_sessions: another user does not see it\n    the row of another user is seen\n";
    assert!(rehearsed.out.contains(seen), "{rehearsed:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn where_nothing_is_applied_nothing_passes() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let on = |arguments: &[&str]| run(&instance, "migrations", arguments);
    let nothing = on(&["verify"]);
    assert_eq!(nothing.code, 1, "{nothing:?}");
    assert!(
        nothing.out.contains("✗ something is applied"),
        "{nothing:?}"
    );
    let nothing = on(&["rehearse"]);
    assert_eq!(nothing.code, 1, "{nothing:?}");
    assert!(
        nothing
            .out
            .contains("✗ a table of this project is rehearsed"),
        "{nothing:?}"
    );
}

#[tokio::test]
async fn users_that_cannot_be_played_are_a_matter_of_usage() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let nil = "00000000-0000-0000-0000-000000000000";
    let on = |arguments: &[&str]| run(&instance, "migrations", arguments);
    on(&["rehearse", "--as", "me"]).assert_error(2, "invalid value 'me' for '--as <USER_ID>'");
    on(&["rehearse", "--as", nil]).assert_error(2, "there is no user 00000000");
    on(&["rehearse", "--as", nil, "--as", nil]).assert_error(2, "as two different users");
}
