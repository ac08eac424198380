//! `lodger map`.

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::story::{json, run};

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_users_table_stands_out_in_every_drawing() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let client = instance.connect().await;
    let by_hand = "create table notes (id uuid primary key, user_id uuid references users (id));
        create table files (id uuid primary key, user_id uuid references auth.users (id));
        create view notes_of_files as select n.id from notes n join files f on f.user_id = n.user_id";
    client.batch_execute(by_hand).await.unwrap();
    let on = |arguments: &[&str]| run(&instance, "migrations", arguments);

    let map = json(&on(&["map", "--format", "json"]));
    let kind = |from: &str, to: &str| {
        let all = map["references"].as_array().unwrap();
        let found = all.iter().find(|it| {
            it["from"]["name"] == from && it["to"]["name"] == to.split('.').next_back().unwrap()
        });
        found.map(|it| it["kind"].clone())
    };
    assert_eq!(kind("notes", "public.users").unwrap(), "wrong_users");
    assert_eq!(kind("files", "auth.users").unwrap(), "identity");
    assert_eq!(kind("notes_of_files", "notes").unwrap(), "reads");
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
async fn a_file_without_a_known_ending_is_a_matter_of_usage() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let drawn = run(&instance, "migrations", &["map", "--output", "map.png"]);
    drawn.assert_error(2, "map.png does not say what to draw");
}
