//! The store's own migrations under Lodger's guard: linted, planned, applied, verified, rehearsed, nobody else touched.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::prepare::prepare;
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_database::verify::verify;
use lodger_migration::diagnostic::Severity;
use lodger_migration::settings::Settings as ProjectSettings;
use lodger_research::{Pool, PoolSettings, Principal, Settings, Store};

use crate::world::{migrations, new_session};

#[tokio::test(flavor = "multi_thread")]
async fn the_store_comes_in_and_nobody_else_is_touched() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let session = Session::connect(&instance.url()).await.unwrap();
    let settings = ProjectSettings::new("research");
    let options = ApplyOptions::default();
    let report = apply(&session, &migrations(), &settings, &options, &mut |_| ())
        .await
        .unwrap();
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let found = &report.prepared.plan.diagnostics;
    let loud: Vec<_> = found
        .iter()
        .filter(|it| it.severity != Severity::Info)
        .collect();
    assert!(loud.is_empty(), "{loud:#?}");
    let report = verify(&session, &migrations(), &settings).await.unwrap();
    let broken: Vec<_> = report.checks.iter().filter(|it| !it.passed).collect();
    assert!(
        !report.checks.is_empty() && broken.is_empty(),
        "{broken:#?}"
    );

    let pool = Pool::new(&instance.url(), PoolSettings::default()).unwrap();
    let store = Store::new(pool, Settings::default());
    let user = store
        .as_user(&Principal::user(
            instance.registered_user_ids().await[0],
            false,
        ))
        .unwrap();
    let id = new_session(&user, "One").await.id;
    user.delete_session(id, None).await.unwrap();
    user.erase().await.unwrap();
    store.pool().close();
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_another_project_has_the_names_a_schema_of_its_own_is_clean() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::SharedEnum).await;
    let session = Session::connect(&instance.url()).await.unwrap();
    let mut settings = ProjectSettings::new("research");
    let refused = prepare(&session, &migrations(), &settings).await.unwrap();
    assert_eq!(refused.plan.verdict(), "refused");
    let create = "create schema research";
    session.client.batch_execute(create).await.unwrap();
    settings.schema = "research".to_owned();
    let clean = prepare(&session, &migrations(), &settings).await.unwrap();
    assert_eq!(clean.plan.verdict(), "clean");
    instance.assert_strangers_untouched().await;
}
