//! An anonymous user's work goes to a registered account, proved from both sides.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::world::{Person, World};

async fn claim(guest: &Person) -> Value {
    let answer = guest.post("/v1/transfer-claims", Value::Null).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    assert!(answer.json()["expires_at"].is_string());
    json!({"claim": answer.json()["claim"]})
}

/// A guest with a session and a file.
async fn guest(world: &World) -> (Person, Value) {
    let guest = world.sign_up(true).await;
    let session = guest.session("Tides").await;
    let files = format!("/v1/sessions/{}/files", session["id"].as_str().unwrap());
    let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "abc"});
    assert_eq!(guest.put(&files, file).await.status, 201);
    (guest, session)
}

async fn titles(person: &Person) -> usize {
    let list = person.get("/v1/sessions").await.json();
    list["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn work_goes_along_with_its_files_and_a_receipt() {
    let world = World::new().await;
    let ann = world.person().await;
    let (guest, session) = guest(&world).await;
    let claim = claim(&guest).await;
    let mut dry = claim.clone();
    dry["dry_run"] = json!(true);
    let preview = ann.post("/v1/transfers", dry).await;
    let expected = json!({
        "dry_run": true, "source_user_id": guest.id, "sessions": 1, "files": 1, "total_size_bytes": 3,
    });
    assert_eq!((preview.status.as_u16(), preview.json()), (200, expected));
    assert_eq!(titles(&guest).await, 1);

    let moved = ann.post("/v1/transfers", claim.clone()).await;
    let receipt = moved.json();
    assert_eq!(moved.status, 201, "{receipt}");
    assert_eq!(
        (&receipt["sessions"], &receipt["files"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(receipt["source_user_id"], guest.id.to_string());
    assert_eq!(receipt["receiver_user_id"], ann.id.to_string());
    assert_eq!((titles(&ann).await, titles(&guest).await), (1, 0));
    let own = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(
        ann.get(&format!("{own}/files")).await.json()["items"][0]["size_bytes"],
        3
    );

    let again = ann.post("/v1/transfers", claim.clone()).await;
    assert_eq!(
        (again.status.as_u16(), again.json()),
        (200, receipt.clone())
    );
    let bob = world.person().await;
    bob.post("/v1/transfers", claim)
        .await
        .is_problem(409, "claim_used");
    let late = guest.post("/v1/sessions", json!({"title": "late"})).await;
    late.is_problem(409, "source_transferred");
    assert_eq!(
        guest.get("/v1/me").await.json()["transferred"],
        receipt["id"]
    );

    let place = moved.header("location");
    assert_eq!(ann.get(place).await.json(), receipt);
    assert_eq!(ann.get("/v1/transfers").await.json()["items"][0], receipt);
    bob.get(place).await.is_problem(404, "not_found");
    bob.post(&format!("{place}/revert"), Value::Null)
        .await
        .is_problem(404, "not_found");
    let back = ann.post(&format!("{place}/revert"), Value::Null).await;
    assert_eq!(back.status, 200, "{}", back.json());
    assert!(back.json()["undone_at"].is_string());
    assert_eq!((titles(&ann).await, titles(&guest).await), (0, 1));
    ann.post(&format!("{place}/revert"), Value::Null)
        .await
        .is_problem(409, "undo_over");
}

#[tokio::test]
async fn both_sides_are_proved() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (guest, _) = guest(&world).await;
    ann.post("/v1/transfer-claims", Value::Null)
        .await
        .is_problem(403, "source_not_anonymous");
    let token = json!({"source_token": guest.token});
    let other = world.sign_up(true).await;
    other
        .post("/v1/transfers", token.clone())
        .await
        .is_problem(403, "receiver_anonymous");
    ann.post("/v1/transfers", json!({"source_token": bob.token}))
        .await
        .is_problem(403, "source_not_anonymous");
    ann.post("/v1/transfers", json!({"source_token": ann.token}))
        .await
        .is_problem(409, "same_user");
    for body in [
        json!({}),
        json!({"source_user_id": guest.id}),
        json!({"source_token": "x.y.z"}),
        json!({"source_token": guest.token, "claim": "x"}),
    ] {
        ann.post("/v1/transfers", body)
            .await
            .is_problem(422, "invalid_fields");
    }
    ann.post("/v1/transfers", json!({"claim": "x"}))
        .await
        .is_problem(409, "claim_invalid");
    ann.post("/v1/transfers", json!({"claim": "0".repeat(128)}))
        .await
        .is_problem(409, "claim_invalid");
    assert_eq!(titles(&guest).await, 1, "nothing was moved");
    assert_eq!(ann.post("/v1/transfers", token).await.status, 201);
    assert_eq!(titles(&ann).await, 1);
}

#[tokio::test]
async fn of_many_at_once_one_receives() {
    let world = World::new().await;
    let (guest, _) = guest(&world).await;
    let claim = claim(&guest).await;
    let mut people = Vec::new();
    for _ in 0..6 {
        people.push(world.person().await);
    }
    let all = people
        .iter()
        .map(|it| it.post("/v1/transfers", claim.clone()));
    let answers = join_all(all).await;
    let made = answers.iter().filter(|it| it.status == 201).count();
    let refused = answers.iter().filter(|it| it.status == 409).count();
    assert_eq!((made, refused), (1, 5));
}
