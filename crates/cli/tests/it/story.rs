//! The seed's case on a shared instance: what the program says, and that nobody else is touched.

use std::path::{Path, PathBuf};

use lodger_database::testing::{Cluster, SharedInstance, Variant};
use serde_json::Value;

use crate::sandbox::{Ended, Sandbox};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command of the project on the instance; the migrations are a folder of this repository.
pub(crate) fn run(instance: &SharedInstance, migrations: &str, arguments: &[&str]) -> Ended {
    let sandbox = Sandbox::with(&[("lodger.toml", "project = 'research'\n")]);
    let folder = workspace().join(migrations);
    let mut command = sandbox.command(arguments);
    command
        .args(["--migrations", folder.to_str().unwrap()])
        .env("DATABASE_URL", instance.url());
    Ended::of(&command.output().unwrap())
}

pub(crate) fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

/// The outcomes of one action over all statements.
fn outcomes<'a>(plan: &'a Value, action: &str) -> Vec<&'a Value> {
    let statements = plan["migrations"].as_array().unwrap().iter();
    let statements = statements.flat_map(|it| it["statements"].as_array().unwrap());
    let outcomes = statements.flat_map(|it| it["outcomes"].as_array().unwrap());
    outcomes.filter(|it| it["action"] == action).collect()
}

fn rules(plan: &Value) -> Vec<&str> {
    let diagnostics = plan["diagnostics"].as_array().unwrap().iter();
    diagnostics.map(|it| it["rule"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_wrong_migration_is_refused_with_every_reason_named() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let planned = run(&instance, "corpus/seed", &["plan", "--format", "json"]);
    assert_eq!(planned.code, 1, "{planned:?}");
    let plan = json(&planned);
    assert_eq!(plan["verdict"], "refused");

    let skipped = outcomes(&plan, "skipped_different_shape");
    let users = skipped
        .iter()
        .find(|it| it["object"]["name"] == "users")
        .unwrap();
    let differences = users["differences"].as_array().unwrap();
    assert!(
        differences.contains(&"column is_anonymous: missing".into()),
        "{users}"
    );
    assert_eq!(users["owner"]["kind"], "unclaimed");

    let attached = outcomes(&plan, "attaches_to");
    let to_users = attached.iter().filter(|it| it["object"]["name"] == "users");
    let related = |it: &&&Value| it["related"][0]["name"].as_str().unwrap().to_owned();
    let related: Vec<String> = to_users.map(|it| related(&it)).collect();
    assert!(
        related.contains(&"research_sessions_user_id_fkey".to_owned()),
        "{related:?}"
    );
    assert!(
        related.contains(&"update_users_updated_at".to_owned()),
        "{related:?}"
    );

    let replaced = outcomes(&plan, "replaces");
    assert!(
        replaced
            .iter()
            .any(|it| it["object"]["name"] == "update_updated_at_column")
    );
    let named = rules(&plan);
    for rule in [
        "custom-users-table",
        "skipped-different-shape",
        "foreign-key-not-to-auth-users",
        "replaces-foreign-object",
        "trigger-column-missing",
    ] {
        assert!(named.contains(&rule), "{rule} is not in {named:?}");
    }
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn apply_refuses_what_plan_refuses() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let refused = run(&instance, "corpus/seed", &["apply", "--format", "json"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    let report = json(&refused);
    assert_eq!(report["outcome"], "refused");
    assert_eq!(report["migrations"], Value::Array(Vec::new()));
    instance.assert_strangers_untouched().await;
    let status = json(&run(
        &instance,
        "corpus/seed",
        &["status", "--format", "json"],
    ));
    assert_eq!(status["migrations"][0]["state"], "pending");
    assert_eq!(status["objects"], 0);
}

#[tokio::test]
async fn the_right_migration_goes_in_once() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let plan = run(&instance, "migrations", &["plan"]);
    assert_eq!(plan.code, 0, "{plan:?}");

    let applied = run(&instance, "migrations", &["apply"]);
    assert_eq!(
        (applied.code, applied.err.as_str()),
        (0, ""),
        "{}",
        applied.out
    );
    instance.assert_strangers_untouched().await;
    let status = json(&run(
        &instance,
        "migrations",
        &["status", "--format", "json"],
    ));
    assert_eq!(status["migrations"][0]["state"], "applied");

    let again = run(&instance, "migrations", &["apply"]);
    assert_eq!((again.code, again.out.as_str()), (0, "nothing is due\n"));
    let stale = run(&instance, "migrations", &["apply", "--fingerprint", "0"]);
    assert_eq!(stale.code, 1, "{stale:?}");
    instance.assert_strangers_untouched().await;
}
