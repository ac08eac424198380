//! Many sessions at a time, copies, numbers, and what a user says of themselves.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_batch_tells_of_each() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (one, two) = (ann.session("one").await, ann.session("two").await);
    let foreign = bob.session("theirs").await;
    let ids = json!([one["id"], foreign["id"], two["id"]]);
    let ask = |operation: &'static str, dry_run: bool| {
        let body = json!({"operation": operation, "ids": ids, "dry_run": dry_run});
        ann.post("/v1/sessions/batch", body)
    };
    for (dry_run, archived) in [(true, 0), (false, 2)] {
        let answer = ask("archive", dry_run).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        let answer = answer.json();
        assert_eq!(answer["dry_run"], dry_run);
        let done: Vec<_> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["done"].clone())
            .collect();
        assert_eq!(done, [true, false, true]);
        assert_eq!(answer["items"][1]["problem"]["code"], "not_found");
        let list = ann.get("/v1/sessions?archived=only").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), archived);
    }
    assert_eq!(
        bob.get("/v1/sessions").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    ask("explode", false)
        .await
        .is_problem(422, "invalid_fields");
    let twice = json!({"operation": "archive", "ids": [one["id"], one["id"]]});
    ann.post("/v1/sessions/batch", twice)
        .await
        .is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn sessions_are_compared_and_copied() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let one = ann.session("one").await;
    let own = format!("/v1/sessions/{}", one["id"].as_str().unwrap());
    let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "abc"});
    ann.put(&format!("{own}/files"), file).await;
    let copy = ann
        .post(&format!("{own}/duplicate"), json!({"with_files": true}))
        .await;
    assert_eq!(copy.status, 201, "{}", copy.json());
    let copy = copy.json();
    assert_ne!(copy["id"], one["id"]);
    assert_eq!(copy["file_count"], 1);
    let ids = format!(
        "{},{}",
        copy["id"].as_str().unwrap(),
        one["id"].as_str().unwrap()
    );
    let compared = ann
        .get(&format!("/v1/sessions/compare?ids={ids}"))
        .await
        .json();
    assert_eq!(compared["items"][0]["session"]["id"], copy["id"]);
    assert_eq!(compared["items"][1]["stages"][0]["total_size_bytes"], 3);
    bob.get(&format!("/v1/sessions/compare?ids={ids}"))
        .await
        .is_problem(404, "not_found");
    ann.get("/v1/sessions/compare?ids=a,b")
        .await
        .is_problem(422, "invalid_fields");
    ann.get("/v1/sessions/compare")
        .await
        .is_problem(422, "invalid_fields");
    bob.post(&format!("{own}/duplicate"), json!({}))
        .await
        .is_problem(404, "not_found");
    let numbers = ann.get("/v1/me/statistics").await.json();
    assert_eq!(
        (
            &numbers["sessions"],
            &numbers["files"],
            &numbers["total_size_bytes"]
        ),
        (&json!(2), &json!(2), &json!(6))
    );
    assert_eq!(
        numbers["languages"],
        json!([{"language": "en", "sessions": 2}])
    );
}

#[tokio::test]
async fn everything_is_taken_along_and_erased() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    bob.session("theirs").await;
    for title in ["one", "two"] {
        let session = ann.session(title).await;
        let files = format!("/v1/sessions/{}/files", session["id"].as_str().unwrap());
        let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "abc"});
        ann.put(&files, file).await;
    }
    let export = ann.get("/v1/me/export").await;
    assert_eq!(export.header("content-type"), "application/x-ndjson");
    let text = String::from_utf8(export.bytes).unwrap();
    let kinds: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].clone())
        .collect();
    assert_eq!(kinds, ["account", "session", "draft", "session", "draft"]);
    assert!(!text.contains("theirs"));

    let erase = |confirm| {
        ann.ask(
            Method::DELETE,
            "/v1/me/data",
            &[],
            json!({ "confirm": confirm }),
        )
    };
    erase(bob.id).await.is_problem(422, "invalid_fields");
    let erased = erase(ann.id).await.json();
    assert_eq!(
        (&erased["sessions"], &erased["files"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(ann.get("/v1/sessions").await.json()["items"], json!([]));
    assert_eq!(
        bob.get("/v1/sessions").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_profile_is_changed_by_its_version() {
    let world = World::new().await;
    let ann = world.person().await;
    let empty = ann.get("/v1/me/profile").await;
    let version = empty.header("etag").to_owned();
    let headers = [("if-match", version.as_str())];
    let change = json!({"display_name": "Ann", "preferences": {"theme": "dark"}});
    let changed = ann
        .ask(Method::PATCH, "/v1/me/profile", &headers, change.clone())
        .await;
    assert_eq!(
        (changed.status.as_u16(), &changed.json()["display_name"]),
        (200, &json!("Ann"))
    );
    let late = ann
        .ask(Method::PATCH, "/v1/me/profile", &headers, change)
        .await;
    late.is_problem(412, "version_mismatch");
    let named = ann
        .patch("/v1/me/profile", json!({"display_name": null}))
        .await
        .json();
    assert_eq!(
        (&named["display_name"], &named["preferences"]),
        (&Value::Null, &json!({"theme": "dark"}))
    );
    ann.patch("/v1/me/profile", json!({"email": "x"}))
        .await
        .is_problem(422, "invalid_fields");
    let me = ann.get("/v1/me").await.json();
    assert_eq!(me["id"], ann.id.to_string());
    assert!(me["email"].as_str().unwrap().ends_with("@example.test"));
    assert_eq!(
        (&me["is_anonymous"], &me["transferred"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(me["profile"]["preferences"]["theme"], "dark");
    let guest = world.sign_up(true).await;
    let me = guest.get("/v1/me").await.json();
    assert_eq!(
        (&me["is_anonymous"], &me["email"]),
        (&json!(true), &Value::Null)
    );
}
