//! The projects in `examples/`: the good one goes in beside the store, the bad one is refused.

use std::path::{Path, PathBuf};

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::embedded::EmbeddedInstance;
use lodger_database::rehearse::{RehearseOptions, rehearse};
use lodger_database::rollback::{RollbackOptions, RollbackTarget, rollback};
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_migration::diagnostic::Severity;
use lodger_migration::directory::read_directory;
use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings;
use serde_json::Value;

use crate::sandbox::{Ended, Sandbox};
use crate::story;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command in the example's folder, as its README says.
fn run(example: &str, instance: Option<&SharedInstance>, arguments: &[&str]) -> Ended {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(arguments);
    command.current_dir(root().join("examples").join(example));
    if let Some(instance) = instance {
        command.env("DATABASE_URL", instance.url());
    }
    Ended::of(&command.output().unwrap())
}

fn migrations(folder: &str) -> Vec<Migration> {
    read_directory(&root().join(folder)).unwrap().migrations
}

async fn bring_in(session: &Session, migrations: &[Migration], settings: &Settings) {
    let options = ApplyOptions::default();
    let applied = apply(session, migrations, settings, &options, &mut |_| {}).await;
    let applied = applied.unwrap();
    let plan = &applied.prepared.plan;
    let found: Vec<&str> = plan
        .diagnostics
        .iter()
        .filter(|it| it.severity == Severity::Error)
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(applied.outcome, ApplyOutcome::Applied, "{found:#?}");
}

fn documents() -> Settings {
    let mut settings = Settings::new("documents".to_owned());
    "documents".clone_into(&mut settings.schema);
    settings
}

#[test]
fn documents_lint_clean() {
    let linted = run("documents", None, &["lint"]);
    assert_eq!(
        (linted.code, linted.out.as_str()),
        (0, "2 migrations, nothing to report\n"),
        "{linted:?}"
    );
}

/// On the embedded Postgres, which carries pgvector wherever the tests run.
#[tokio::test]
async fn documents_live_beside_the_store_and_leave_without_a_trace() {
    let instance = EmbeddedInstance::start_with(&["vector".to_owned()]).await;
    let instance = instance.unwrap();
    let session = instance.project_session().await.unwrap();
    let mut research = Settings::new("research".to_owned());
    "research".clone_into(&mut research.schema);
    bring_in(session, &migrations("migrations"), &research).await;
    let files = migrations("examples/documents/migrations");
    bring_in(session, &files, &documents()).await;
    assert_eq!(instance.damage().await.unwrap(), Vec::<String>::new());

    let session = instance.project_session().await.unwrap();
    let options = RehearseOptions::default();
    let rehearsed = rehearse(session, &documents(), &options, &mut |_| {}).await;
    let rehearsed = rehearsed.unwrap();
    assert!(rehearsed.passed(), "{rehearsed:#?}");

    let options = RollbackOptions::new(RollbackTarget::All);
    let taken = rollback(session, &files, &documents(), &options, &mut |_| {}).await;
    taken.unwrap();
    let proof = instance.proof().await.unwrap();
    assert_eq!(proof.damage, Vec::<String>::new());
}

#[tokio::test]
async fn retrieval_respects_permissions() {
    let instance = EmbeddedInstance::start_with(&["vector".to_owned()]).await;
    let instance = instance.unwrap();
    let session = instance.project_session().await.unwrap();
    let files = migrations("examples/documents/migrations");
    bring_in(session, &files, &documents()).await;
    let client = &session.client;
    client
        .batch_execute(include_str!("examples.sql"))
        .await
        .unwrap();
    for (account, expected) in [(1, vec!["mine, near", "mine, far"]), (2, vec!["theirs"])] {
        let sql = format!(
            "begin; set local role authenticated; \
             select set_config('request.jwt.claims', json_build_object('sub', md5('account {account}')::uuid)::text, true)"
        );
        client.batch_execute(&sql).await.unwrap();
        let found = "select content from documents.find_passages(\
            array_fill(0.5, array[384])::extensions.vector(384))";
        let rows = client.query(found, &[]).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(found, expected);
        client.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test]
async fn the_collision_is_refused_and_names_whose_things_it_meets() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = story::run(&instance, "migrations", &["apply"]);
    assert_eq!(store.code, 0, "{store:?}");

    let planned = run("collision", Some(&instance), &["plan", "--format", "json"]);
    assert_eq!(planned.code, 1, "{planned:?}");
    let plan = story::json(&planned);
    assert_eq!(plan["verdict"], "refused");
    let named: Vec<&str> = plan["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    for rule in [
        "custom-users-table",
        "skipped-different-shape",
        "foreign-key-not-to-auth-users",
        "replaces-foreign-object",
        "attaches-to-foreign-object",
        "drops-foreign-object",
    ] {
        assert!(named.contains(&rule), "{rule} is not in {named:?}");
    }
    let dropped = outcome(&plan, "drops");
    assert_eq!(dropped["object"]["name"], "draft_files");
    assert_eq!(dropped["owner"]["project"], "research");

    let applied = run("collision", Some(&instance), &["apply"]);
    assert_eq!(applied.code, 1, "{applied:?}");
    instance.assert_strangers_untouched().await;
    let verified = story::run(&instance, "migrations", &["verify", "--quiet"]);
    assert_eq!((verified.code, verified.out.as_str()), (0, ""));
}

fn outcome<'a>(plan: &'a Value, action: &str) -> &'a Value {
    let statements = plan["migrations"].as_array().unwrap().iter();
    let statements = statements.flat_map(|it| it["statements"].as_array().unwrap());
    let mut outcomes = statements.flat_map(|it| it["outcomes"].as_array().unwrap());
    outcomes.find(|it| it["action"] == action).unwrap()
}
