//! What the database itself lets users read and write, whoever connects.

use crate::world::World;

/// One line for each right; what is not listed nobody has.
const RIGHTS: &str = include_str!("access.sql");

#[tokio::test(flavor = "multi_thread")]
async fn what_users_may_not_write_is_refused_by_the_database() {
    let world = World::new().await;
    let open = world
        .ask(
            "select count(*)::text from pg_catalog.pg_class as c \
             where c.relnamespace = 'research'::regnamespace and c.relkind = 'r' \
             and not (c.relrowsecurity and c.relforcerowsecurity)",
        )
        .await;
    assert_eq!(open, "0", "tables without forced row-level security");
    let public = world
        .ask(
            "select count(*)::text from pg_catalog.pg_policy as p \
             join pg_catalog.pg_class as c on c.oid = p.polrelid \
             where c.relnamespace = 'research'::regnamespace and 0 = any (p.polroles)",
        )
        .await;
    assert_eq!(public, "0", "policies for everybody");
    insta::assert_snapshot!(world.ask(RIGHTS).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_a_condition_of_the_index() {
    let world = World::new().await;
    let user = world.sign_up(false).await;
    let client = world.admin().await;
    // with as few rows as here, reading everything would be right
    let become_user = format!(
        "set enable_seqscan = off; select set_config('request.jwt.claims', '{{\"sub\": \"{user}\"}}', false); \
         set role authenticated"
    );
    client.batch_execute(&become_user).await.unwrap();
    for table in ["research_sessions", "draft_files", "research_events"] {
        let explain = format!("explain (costs off) select * from research.{table}");
        let rows = client.query(&explain, &[]).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|it| it.get(0)).collect();
        let plan = lines.join("\n");
        assert!(plan.contains("Index Cond: (user_id = "), "{plan}");
        assert!(!plan.contains("SubPlan"), "{plan}");
    }
}
