//! `lodger map`.

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::project::Project;
use crate::sandbox::Ended;
use crate::story::{json, run};

const BY_HAND: &str = "create table if not exists users (id uuid primary key, email text);
    create table notes (id uuid primary key, user_id uuid references users (id));
    create table files (id uuid primary key, user_id uuid references auth.users (id));
    create view notes_of_files as select n.id from notes n join files f on f.user_id = n.user_id";

/// Somebody has pasted it in, and nobody has claimed anything.
async fn by_hand() -> SharedInstance {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let client = instance.connect().await;
    client.batch_execute(BY_HAND).await.unwrap();
    instance
}

/// What a foreign key, or a view, from one relation to another is.
fn kind(map: &Ended, from: &str, to: &str) -> serde_json::Value {
    let map = json(map);
    let mut all = map["references"].as_array().unwrap().iter();
    let found = all.find(|it| it["from"]["name"] == from && it["to"]["name"] == to);
    found.unwrap_or_else(|| panic!("{from} → {to} is not in {map}"))["kind"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_users_table_stands_out_in_every_drawing() {
    let instance = by_hand().await;
    let project = Project::new(instance.url(), &[]);
    project.sandbox().write("by_hand.sql", BY_HAND);
    let adopted = project.run(&["adopt", "--from", "by_hand.sql"]);
    assert!(
        adopted.out.contains("claimed: table public.notes"),
        "{adopted:?}"
    );
    let on = |arguments: &[&str]| project.run(arguments);

    let map = on(&["map", "--format", "json"]);
    assert_eq!(kind(&map, "notes", "users"), "wrong_users");
    assert_eq!(kind(&map, "files", "users"), "identity");
    assert_eq!(kind(&map, "notes_of_files", "notes"), "reads");
    let map = json(&map);
    let landlord = map["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["owner"]["kind"] == "landlord");
    let landlord = landlord.unwrap();
    assert_eq!(landlord["relations"][0]["object"]["name"], "users");
    assert!(landlord["left_out"].as_u64().unwrap() > 5);

    let mermaid = on(&["map"]);
    assert_eq!((mermaid.code, mermaid.err.as_str()), (0, ""));
    assert!(mermaid.out.starts_with("flowchart LR\n"));
    assert!(
        mermaid.out.contains("==>|\"user_id: wrong users table\"|"),
        "{}",
        mermaid.out
    );
    let dot = on(&["map", "--draw", "dot"]);
    assert!(dot.out.contains("style=bold"), "{}", dot.out);
    let svg = on(&["map", "--draw", "svg"]);
    assert!(svg.out.contains("class=\"wrong\""), "{}", svg.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_claims_does_not_stand_out() {
    let instance = by_hand().await;
    let map = run(&instance, "migrations", &["map", "--format", "json"]);
    assert_eq!(kind(&map, "jobs", "users"), "own");
    assert_eq!(kind(&map, "notes", "users"), "own");
    let drawn = run(&instance, "migrations", &["map"]);
    assert!(!drawn.out.contains("wrong users"), "{}", drawn.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_known_ending_is_a_matter_of_usage() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let drawn = run(&instance, "migrations", &["map", "--output", "map.png"]);
    drawn.assert_error(2, "map.png does not say what to draw");
}
