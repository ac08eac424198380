//! Files: saved, listed by stage, read whole and in parts.

use std::io::{Cursor, Read as _};

use axum::http::Method;
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::world::{Person, World};

async fn files(person: &Person) -> String {
    let session = person.session("Tides").await;
    format!("/v1/sessions/{}/files", session["id"].as_str().unwrap())
}

fn file(path: &str, stage: &str, content: &str) -> Value {
    json!({"file_path": path, "stage": stage, "content": content})
}

#[tokio::test]
async fn a_path_names_one_file() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = files(&ann).await;
    let first = ann
        .put(&files, file("2_planning/a.md", "2_planning", "one"))
        .await;
    assert_eq!(first.status, 201, "{}", first.json());
    let id = first.json()["id"].clone();
    assert_eq!(
        first.header("location"),
        format!("/v1/files/{}", id.as_str().unwrap())
    );
    let again = ann
        .put(&files, file("2_planning/a.md", "2_planning", "one"))
        .await;
    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
    let other = ann
        .put(&files, file("2_planning/a.md", "2_planning", "two!"))
        .await;
    assert_eq!((other.status.as_u16(), &other.json()["id"]), (200, &id));
    assert_eq!(other.json()["size_bytes"], 4);
    let base64 = json!({"file_path": "b.bin", "stage": "4_writing", "content_base64": "AAEC", "media_type": "image/png"});
    assert_eq!(ann.put(&files, base64).await.json()["size_bytes"], 3);
    let sum = "a".repeat(64);
    let outside =
        json!({"file_path": "c.md", "stage": "4_writing", "size_bytes": 9, "sha256": sum});
    let outside = ann.put(&files, outside).await.json();
    assert_eq!(outside["has_content"], false);
    let content = format!("/v1/files/{}/content", outside["id"].as_str().unwrap());
    ann.get(&content).await.is_problem(404, "not_found");

    let session = ann.get(files.trim_end_matches("/files")).await.json();
    assert_eq!(
        (&session["file_count"], &session["total_size_bytes"]),
        (&json!(3), &json!(16))
    );
    let all = ann.get(&files).await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
    assert_eq!(all["next"], Value::Null);
    let planned = ann.get(&format!("{files}?stage=2_planning")).await.json();
    assert_eq!(planned["items"].as_array().unwrap().len(), 1);
    let stages = ann.get(&files.replace("/files", "/stages")).await.json();
    let counts: Vec<_> = stages["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file_count"].clone())
        .collect();
    assert_eq!(counts, [0, 1, 0, 2]);
    ann.get(&format!("{files}?stage=5"))
        .await
        .is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn bad_files_are_refused_by_field() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = files(&ann).await;
    for (body, pointer) in [
        (file("../a", "2_planning", "x"), "/file_path"),
        (file("/etc/passwd", "2_planning", "x"), "/file_path"),
        (file("a", "2_other", "x"), "/stage"),
        (
            json!({"file_path": "a", "stage": "2_planning"}),
            "/size_bytes",
        ),
        (
            json!({"file_path": "a", "stage": "2_planning", "size_bytes": 1}),
            "/sha256",
        ),
        (
            json!({"file_path": "a", "stage": "2_planning", "content": "x", "sha256": "0".repeat(64)}),
            "/sha256",
        ),
        (
            json!({"file_path": "a", "stage": "2_planning", "content": "x", "size_bytes": 2}),
            "/size_bytes",
        ),
        (
            json!({"file_path": "a", "stage": "2_planning", "content_base64": "?"}),
            "/content_base64",
        ),
        (
            json!({"file_path": "a", "stage": "2_planning", "content": "", "content_base64": ""}),
            "/content_base64",
        ),
        (
            file("a", "2_planning", &"x".repeat(4 * 1024 * 1024 + 1)),
            "/content",
        ),
    ] {
        let answer = ann.put(&files, body).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let most = file("a", "2_planning", &"x".repeat(4 * 1024 * 1024));
    assert_eq!(ann.put(&files, most).await.status, 201);
    let more = file("b", "2_planning", &"x".repeat(7 * 1024 * 1024));
    ann.put(&files, more)
        .await
        .is_problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_session_is_read_as_one_archive() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let files = files(&ann).await;
    let big = "tide ".repeat(200_000);
    for (path, content) in [
        ("2_planning/a.md", "one"),
        ("2_planning/A.md", "two"),
        ("4_writing/big: all?.md", big.as_str()),
    ] {
        let saved = ann.put(&files, file(path, "2_planning", content)).await;
        assert_eq!(saved.status, 201);
    }
    let sum = "a".repeat(64);
    let outside =
        json!({"file_path": "c.md", "stage": "4_writing", "size_bytes": 9, "sha256": sum});
    ann.put(&files, outside).await;
    let answer = ann.get(&format!("{files}.zip")).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename*=UTF-8''Tides.zip"
    );
    assert!(answer.bytes.len() < big.len() / 10, "it is compressed");
    let mut archive = ZipArchive::new(Cursor::new(answer.bytes)).unwrap();
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        text.truncate(9);
        found.push(format!("{}: {text}", entry.name()));
    }
    found.sort();
    assert_eq!(
        found,
        [
            "2_planning/A.md: two",
            "2_planning/a (2).md: one",
            "4_writing/big_ all_.md: tide tide",
            "left-out.txt: c.md\n",
        ]
    );
    let theirs = bob.get(&format!("{files}.zip")).await;
    theirs.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_preview_is_the_beginning_as_plain_text() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = files(&ann).await;
    let saved = async |body: Value| {
        let saved = ann.put(&files, body).await.json();
        format!("/v1/files/{}/preview", saved["id"].as_str().unwrap())
    };
    let text = saved(file("a.md", "2_planning", "é<b>\u{1b}[2J\nüü")).await;
    let whole = ann.get(&text).await.json();
    assert_eq!(
        (&whole["text"], &whole["is_whole"]),
        (&json!("é<b>[2J\nüü"), &json!(true))
    );
    let part = ann.get(&format!("{text}?characters=2")).await.json();
    assert_eq!(
        (&part["text"], &part["is_whole"]),
        (&json!("é<"), &json!(false))
    );
    let binary = json!({"file_path": "b", "stage": "4_writing", "content_base64": "AAEC"});
    let sum = "a".repeat(64);
    let outside =
        json!({"file_path": "c.md", "stage": "4_writing", "size_bytes": 9, "sha256": sum});
    for body in [binary, outside] {
        let preview = ann.get(&saved(body).await).await.json();
        assert_eq!(
            (&preview["text"], &preview["is_whole"]),
            (&Value::Null, &json!(false))
        );
    }
    for most in ["0", "20001", "many"] {
        let refused = ann.get(&format!("{text}?characters={most}")).await;
        refused.is_problem(422, "invalid_fields");
    }
}

#[tokio::test]
async fn a_content_is_read_whole_in_parts_or_not_again() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = files(&ann).await;
    let made = ann
        .put(
            &files,
            file("2_planning/ä b.md", "2_planning", "0123456789"),
        )
        .await
        .json();
    let path = format!("/v1/files/{}/content", made["id"].as_str().unwrap());
    let tag = format!("\"{}\"", made["sha256"].as_str().unwrap());
    let whole = ann.get(&path).await;
    assert_eq!(
        (whole.status.as_u16(), &whole.bytes[..]),
        (200, &b"0123456789"[..])
    );
    assert_eq!(whole.header("etag"), tag);
    assert_eq!(whole.header("content-type"), "text/markdown");
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename*=UTF-8''%C3%A4%20b.md"
    );
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let ask = |headers: Vec<(&'static str, String)>| {
        let (ann, path) = (&ann, &path);
        async move {
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            ann.ask(Method::GET, path, &headers, Value::Null).await
        }
    };
    let part = ask(vec![("range", "bytes=2-4".to_owned())]).await;
    assert_eq!((part.status.as_u16(), &part.bytes[..]), (206, &b"234"[..]));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    let outside = ask(vec![("range", "bytes=10-".to_owned())]).await;
    outside.is_problem(416, "range_not_satisfiable");
    assert_eq!(outside.header("content-range"), "bytes */10");
    let stale = ask(vec![
        ("range", "bytes=2-4".to_owned()),
        ("if-range", "\"other\"".to_owned()),
    ])
    .await;
    assert_eq!((stale.status.as_u16(), stale.bytes.len()), (200, 10));
    let same = ask(vec![
        ("range", "bytes=2-4".to_owned()),
        ("if-range", tag.clone()),
    ])
    .await;
    assert_eq!(same.status, 206);
    let known = ask(vec![("if-none-match", tag)]).await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));

    let own = path.trim_end_matches("/content");
    assert_eq!(ann.get(own).await.json(), made);
    assert_eq!(ann.delete(own).await.status, 204);
    ann.get(own).await.is_problem(404, "not_found");
}
