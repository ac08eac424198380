//! Plans on the shared instance: what each statement will do, and that planning does nothing.

use lodger_database::prepare::prepare;
use lodger_database::testing::{Cluster, SharedInstance, Template, Variant};
use lodger_migration::outcome::{Action, Outcome};
use lodger_migration::plan::{MigrationState, Plan};
use lodger_migration::settings::Settings;

use crate::story::{RIGHT, WRONG, applied, ask, instance, migration, planned, session, settings};

fn outcome<'a>(plan: &'a Plan, action: &Action, object: &str) -> &'a Outcome {
    let all: Vec<&Outcome> = plan
        .due()
        .flat_map(|it| &it.statements)
        .flat_map(|it| &it.outcomes)
        .collect();
    let named = |it: &&&Outcome| {
        it.object
            .as_ref()
            .is_some_and(|id| id.to_string() == object)
    };
    all.iter()
        .find(|it| it.action == *action && named(it))
        .unwrap_or_else(|| panic!("no {} of {object} among {all:#?}", action.as_str()))
}

fn rules(plan: &Plan) -> Vec<&str> {
    plan.diagnostics.iter().map(|it| it.rule.as_ref()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_migration_is_refused_with_what_it_would_do() {
    let instance = instance().await;
    let prepared = planned(&instance, &[migration("20251101030227", WRONG)]).await;
    let plan = &prepared.plan;
    assert!(plan.is_refused());
    assert_eq!(prepared.not_mirrored, []);
    let skipped = outcome(plan, &Action::SkippedDifferentShape, "table public.users");
    assert!(
        skipped
            .differences
            .contains(&"column is_anonymous: missing".to_owned())
    );
    let attached = outcome(plan, &Action::AttachesTo, "table public.users");
    assert!(!attached.related.is_empty());
    let key_to_users = plan
        .due()
        .flat_map(|it| &it.statements)
        .flat_map(|it| &it.outcomes)
        .any(|it| {
            it.action == Action::AttachesTo
                && it
                    .object
                    .as_ref()
                    .is_some_and(|id| id.name() == "public.users")
                && it.related.iter().any(|id| id.name.contains("user_id_fkey"))
        });
    assert!(key_to_users, "the foreign key resolves to public.users");
    let replaced = outcome(
        plan,
        &Action::Replaces,
        "function public.update_updated_at_column()",
    );
    assert!(
        !replaced.related.is_empty(),
        "the stranger's trigger that uses it is named"
    );
    for rule in [
        "skipped-different-shape",
        "foreign-key-not-to-auth-users",
        "replaces-foreign-object",
        "trigger-column-missing",
    ] {
        assert!(
            rules(plan).contains(&rule),
            "{rule} is not among {:?}",
            rules(plan)
        );
    }
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_migration_is_clean_and_locks_what_it_says() {
    let instance = instance().await;
    let prepared = planned(&instance, &[migration("20251101040000", RIGHT)]).await;
    assert_eq!(
        prepared
            .plan
            .diagnostics
            .iter()
            .filter(|it| { it.severity == lodger_migration::diagnostic::Severity::Error })
            .collect::<Vec<_>>(),
        Vec::<&lodger_migration::diagnostic::Diagnostic>::new()
    );
    outcome(
        &prepared.plan,
        &Action::Creates,
        "table public.research_sessions",
    );
    let attached = outcome(&prepared.plan, &Action::AttachesTo, "table auth.users");
    assert_eq!(attached.owner.kind(), "landlord");
    let locks: Vec<_> = prepared
        .plan
        .due()
        .flat_map(|it| &it.statements)
        .flat_map(|it| &it.locks)
        .map(|lock| format!("{} {}", lock.relation, lock.mode))
        .collect();
    assert!(
        locks.contains(&"auth.users ShareRowExclusiveLock".to_owned()),
        "{locks:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_writes_nothing_and_takes_no_lock_that_anybody_would_notice() {
    // A cluster of its own: the position in the write-ahead log is the whole server's.
    let instance = instance().await;
    let own = session(&instance).await;
    let blocker = instance.connect_admin().await;
    // Only a plain SELECT gets past this, and the read of a view's definition, which counts as one.
    blocker
        .batch_execute("begin; lock table public.users, public.jobs, auth.users in exclusive mode")
        .await
        .unwrap();
    let before = instance.fingerprint_strangers();
    let migrations = [migration("20251101030227", WRONG)];
    let plan = tokio::time::timeout(
        std::time::Duration::from_mins(1),
        prepare(&own, &migrations, &settings()),
    )
    .await
    .expect("a plan does not wait for table locks")
    .unwrap()
    .plan;
    assert!(plan.is_refused());
    let written = own
        .client
        .query_one("select pg_current_xact_id_if_assigned()::text", &[])
        .await
        .unwrap()
        .get::<_, Option<String>>(0);
    assert_eq!(written, None);
    let schema = own
        .client
        .query_one(
            "select count(*) from pg_namespace where nspname = 'lodger'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(schema.get::<_, i64>(0), 0);
    blocker.batch_execute("rollback").await.unwrap();
    assert_eq!(before.await, instance.fingerprint_strangers().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_assigns_no_transaction_id() {
    let cluster: &'static Cluster = Box::leak(Box::new(Cluster::start()));
    let database = cluster.database(Template::Shared).await;
    let admin = database.connect_admin().await;
    let position = async || -> (String, i64) {
        let sql = "select pg_current_wal_insert_lsn()::text, \
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
        let row = admin.query_one(sql, &[]).await.unwrap();
        (row.get(0), row.get(1))
    };
    // A first look warms caches and hint bits.
    let own = lodger_database::connect::Session::connect(&database.url())
        .await
        .unwrap();
    let migrations = [migration("20251101030227", WRONG)];
    prepare(&own, &migrations, &settings()).await.unwrap();
    admin.batch_execute("checkpoint").await.unwrap();
    let (_, before) = position().await;
    prepare(&own, &migrations, &settings()).await.unwrap();
    let (_, after) = position().await;
    assert_eq!(before, after, "no transaction wrote anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enum_of_another_project_stops_it_in_public_and_not_in_a_schema_of_its_own() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::SharedEnum).await;
    let migrations = [migration("20251101040000", RIGHT)];
    let prepared = planned(&instance, &migrations).await;
    assert!(prepared.plan.is_refused());
    let failed = outcome(&prepared.plan, &Action::Fails, "type public.session_status");
    assert!(
        failed.detail.as_ref().unwrap().contains("42710"),
        "{failed:?}"
    );
    let guarded = [migration(
        "20251101040000",
        "do $$ begin create type session_status as enum ('in_progress', 'completed'); \
         exception when duplicate_object then null; end $$",
    )];
    let prepared = planned(&instance, &guarded).await;
    let skipped = outcome(
        &prepared.plan,
        &Action::SkippedDifferentShape,
        "type public.session_status",
    );
    assert!(
        skipped
            .differences
            .iter()
            .any(|it| it.contains("open, closed")),
        "{skipped:?}"
    );
    let own_schema = Settings {
        schema: "research".to_owned(),
        ..settings()
    };
    let session = session(&instance).await;
    let prepared = prepare(&session, &migrations, &own_schema).await.unwrap();
    assert!(
        !prepared.plan.is_refused(),
        "{:#?}",
        prepared.plan.diagnostics
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cascade_names_what_it_takes_along() {
    let instance = instance().await;
    let drop = migration("20251101050000", "drop table if exists users cascade;");
    let prepared = planned(&instance, &[drop]).await;
    let dropped = outcome(&prepared.plan, &Action::Drops, "table public.users");
    let along: Vec<String> = dropped
        .cascades
        .iter()
        .map(|(id, _)| id.to_string())
        .collect();
    assert!(along.iter().any(|it| it.starts_with("view ")), "{along:?}");
    assert!(
        along.iter().any(|it| it.starts_with("constraint ")),
        "{along:?}"
    );
    assert!(prepared.plan.is_refused());
    assert_eq!(
        ask(&instance, "select count(*) from public.users").await,
        "153"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_due_no_server_is_started_and_every_migration_is_listed() {
    let instance = instance().await;
    let first = migration("20251101040000", RIGHT);
    applied(&instance, std::slice::from_ref(&first)).await;
    let again = planned(&instance, std::slice::from_ref(&first)).await;
    assert_eq!(again.declared, [], "nobody ran them");
    assert_eq!(again.states, [MigrationState::Applied]);
    let listed = again.plan.migrations.iter().map(|it| it.version.as_str());
    assert!(listed.eq([first.version.as_str()]));
    assert!(!again.plan.is_refused());

    let edited = migration("20251101040000", "select 1");
    let refused = planned(&instance, &[edited]).await;
    assert!(refused.plan.is_refused(), "an edited file is still told");

    let next = migration("20251102040000", "create table more (id int primary key)");
    let due = planned(&instance, &[first, next]).await;
    assert_eq!(due.declared.len(), 2);
    assert_eq!(due.plan.due().count(), 1);
}
