//! What nobody sends by mistake: each is refused with a reason, and none of it breaks anything.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::world::{Answer, Person, World, send};

async fn raw(world: &World, ann: &Person, method: &str, path: &str, body: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", ann.token))
        .header("content-type", "application/json")
        .body(Body::from(body));
    send(&world.app, request.unwrap()).await
}

fn own(session: &Value) -> String {
    format!("/v1/sessions/{}", session["id"].as_str().unwrap())
}

/// A problem of the client's, in the right form.
fn is_refused(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!(
        (400..500).contains(&status),
        "{what}: {status} {}",
        answer.json()
    );
    let code = answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    answer.is_problem(status, &code);
}

#[tokio::test]
async fn addresses_that_lead_elsewhere_lead_nowhere() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = own(&ann.session("Tides").await);
    for id in [
        "..",
        "%2e%2e",
        "%2E%2E%2f%2E%2E",
        "..%2f..%2fetc%2fpasswd",
        "..%5c..",
        "%00",
        "a%00b",
        "%ff%fe",
        "%c0%ae%c0%ae",
        "'; drop table research_sessions; --",
        "%f0%9f%8c%8a",
        "9999999999999999999999999999999999999999",
        "00000000-0000-0000-0000-00000000000g",
        "{4a1e0001-aaaa-4bbb-8ccc-0123456789ab}",
    ] {
        let id = id.replace(' ', "%20").replace(['{', '}'], "%7B");
        for (method, path) in [
            ("GET", format!("/v1/sessions/{id}")),
            ("DELETE", format!("/v1/sessions/{id}")),
            ("GET", format!("/v1/sessions/{id}/files")),
            ("GET", format!("/v1/files/{id}/content")),
            ("POST", format!("/v1/sessions/{id}/archive")),
            ("GET", format!("/v1/transfers/{id}")),
            ("GET", format!("/problems/{id}")),
        ] {
            let answer = raw(&world, &ann, method, &path, Vec::new()).await;
            answer.is_problem(404, "not_found");
        }
    }
    for path in [
        "/v1/sessions/../me",
        "/v1/%2e%2e/healthz",
        "//v1/me",
        "/v1/me/",
        "/V1/me",
        "/healthzXYZ",
        "/v1/meXYZ",
    ] {
        raw(&world, &ann, "GET", path, Vec::new())
            .await
            .is_problem(404, "not_found");
    }
    assert_eq!(ann.get(&session).await.status, 200);
}

#[tokio::test]
async fn paths_of_files_stay_within_their_session() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = format!("{}/files", own(&ann.session("Tides").await));
    for path in [
        "",
        "/",
        ".",
        "..",
        "../a",
        "a/../../b",
        "/etc/passwd",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        "..\\a",
        "C:\\a",
        "a\u{0}b",
        "a\nb",
        "\u{7f}",
        "a/\u{85}",
    ] {
        let body = json!({"file_path": path, "stage": "2_planning", "content": "x"});
        let answer = ann.put(&files, body).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(
            answer.json()["errors"][0]["pointer"],
            "/file_path",
            "{path:?}"
        );
    }
    let long = json!({"file_path": "é".repeat(1025), "stage": "2_planning", "content": "x"});
    ann.put(&files, long)
        .await
        .is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn media_types_are_fit_for_a_header() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = format!("{}/files", own(&ann.session("Tides").await));
    for kind in [
        "",
        "text",
        "text/a\r\nset-cookie: b=c",
        "text/\u{0}",
        "täxt/plain",
    ] {
        let body =
            json!({"file_path": "a", "stage": "2_planning", "content": "x", "media_type": kind});
        let answer = ann.put(&files, body).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(
            answer.json()["errors"][0]["pointer"],
            "/media_type",
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn what_is_odd_and_harmless_is_a_letter_like_any_other() {
    let world = World::new().await;
    let ann = world.person().await;
    let files = format!("{}/files", own(&ann.session("Tides").await));
    // a file's path is a name in a table: what means something to a shell or in an address is a letter like any other
    for path in [
        "%2e%2e/a",
        "~",
        "$(id)",
        "a;b",
        "\u{202e}txt.exe",
        "e\u{301}",
        "é",
        "....",
        "é/".repeat(511).as_str(),
    ] {
        let path = path.trim_end_matches('/');
        let body = json!({"file_path": path, "stage": "2_planning", "content": "x"});
        let saved = ann.put(&files, body).await;
        assert_eq!(saved.status, 201, "{path:?} {}", saved.json());
        let id = saved.json()["id"].as_str().unwrap().to_owned();
        let content = ann.get(&format!("/v1/files/{id}/content")).await;
        assert_eq!(
            (content.status.as_u16(), content.bytes),
            (200, b"x".to_vec()),
            "{path:?}"
        );
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_meant_are_refused() {
    let world = World::new().await;
    let ann = world.person().await;
    let deep = format!(
        "{{\"title\": \"a\", \"parameters\": {}}}",
        "{\"a\":".repeat(50_000)
    );
    let whole = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let wide = format!(
        "{{\"title\": \"a\", \"parameters\": {{\"a\": \"{}\"}}}}",
        "x".repeat(70_000)
    );
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"nonsense".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\"title\"".to_vec(),
        b"{\"title\": \"\xff\xfe\"}".to_vec(),
        b"{\"title\": \"\xc3\x28\"}".to_vec(),
        b"\xef\xbb\xbf{\"title\": \"a\"}".to_vec(),
        b"{\"title\": \"\\ud800\"}".to_vec(),
        b"{\"title\": \"a\\u0000b\"}".to_vec(),
        b"{\"title\": \"a\", \"title\": \"b\"}".to_vec(),
        b"{\"title\": \"a\", \"parameters\": {\"a\": \"\\u0000\"}}".to_vec(),
        b"{\"title\": \"a\", \"parameters\": {\"\\u0000\": 1}}".to_vec(),
        b"{\"title\": \"a\", \"parameters\": {\"a\": 1e999}}".to_vec(),
        b"{\"title\": \"a\", \"parameters\": {\"a\": [1.7976931348623157e308]}}".to_vec(),
        b"{\"title\": NaN}".to_vec(),
        b"{\"title\": \"a\"}{\"title\": \"b\"}".to_vec(),
        deep.into_bytes(),
        whole.into_bytes(),
        wide.into_bytes(),
        vec![b' '; 1024 * 1024 + 1],
    ] {
        let answer = raw(&world, &ann, "POST", "/v1/sessions", body.clone()).await;
        is_refused(
            &answer,
            &String::from_utf8_lossy(&body[..body.len().min(80)]),
        );
    }
    assert_eq!(ann.get("/v1/sessions").await.json()["items"], json!([]));
}

#[tokio::test]
async fn numbers_and_texts_at_their_ends_are_stored_or_refused() {
    let world = World::new().await;
    let ann = world.person().await;
    for parameters in [
        r#"{"a": 1e300, "b": -1e300}"#,
        r#"{"a": 5e-324, "b": 0.1, "c": 1.5}"#,
        r#"{"a": -0.0}"#,
        r#"{"a": 123456789012345678901234567890}"#,
        r#"{"a": 1, "a": 2}"#,
        r#"{"": ""}"#,
        r#"{"a": "\ud83c\udf0a"}"#,
    ] {
        let body = format!("{{\"title\": \"a\", \"parameters\": {parameters}}}");
        let answer = raw(&world, &ann, "POST", "/v1/sessions", body.into_bytes()).await;
        assert_eq!(answer.status, 201, "{parameters} {}", answer.json());
        let stored = answer.json()["parameters"].clone();
        let sent: Value = serde_json::from_str(parameters).unwrap();
        assert_eq!(stored, sent, "{parameters}");
    }
    for (title, status) in [
        ("\u{1f30a}".repeat(500), 201),
        ("\u{1f30a}".repeat(501), 422),
        ("\u{202e}right to left".to_owned(), 201),
        ("<script>alert(1)</script>".to_owned(), 201),
        ("\u{200b}".to_owned(), 201),
        ("\u{3000}".to_owned(), 422),
        ("a\u{1b}[2J".to_owned(), 422),
        ("a\nb".to_owned(), 422),
    ] {
        let answer = ann.post("/v1/sessions", json!({"title": title})).await;
        assert_eq!(answer.status, status, "{title:?} {}", answer.json());
        if status == 201 {
            assert_eq!(answer.json()["title"], title);
        }
    }
}

#[tokio::test]
async fn queries_and_headers_that_cannot_be_meant_are_refused() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = own(&ann.session("Tides").await);
    for query in [
        "limit=-1",
        "limit=0",
        "limit=201",
        "limit=99999999999999999999",
        "limit=1e2",
        "limit=%00",
        "limit=1&limit=2",
        "cursor=%00",
        "cursor=%ff%fe",
        "cursor=..%2f..",
        "status=%F0%9F%8C%8A",
        "status=in_progress%00",
        "outputs_base=/etc",
        "q=%00",
    ] {
        is_refused(&ann.get(&format!("/v1/sessions?{query}")).await, query);
    }
    for query in [
        "after=-1",
        "after=9223372036854775808",
        "after=x",
        "limit=0",
        "limit=1001",
        "limit=65536",
    ] {
        is_refused(&ann.get(&format!("/v1/events?{query}")).await, query);
    }
    for query in ["", "ids=", "ids=,", "ids=%00,%ff", "ids=..,.."] {
        is_refused(
            &ann.get(&format!("/v1/sessions/compare?{query}")).await,
            query,
        );
    }
    assert_eq!(ann.get(&session).await.json()["title"], "Tides");
}

#[tokio::test]
async fn conditions_and_keys_that_cannot_be_meant_are_refused() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = own(&ann.session("Tides").await);
    for (name, value) in [
        ("if-match", "\"v99999999999999999999\""),
        ("if-match", "W/\"v1\""),
        ("if-match", "\u{fffd}"),
        ("if-match", ""),
    ] {
        let change = json!({"title": "b"});
        let answer = ann
            .ask(Method::PATCH, &session, &[(name, value)], change)
            .await;
        is_refused(&answer, value);
    }
    for value in ["", "\u{fffd}", &"k".repeat(10_000)] {
        let body = json!({"title": "b"});
        let answer = ann
            .ask(
                Method::POST,
                "/v1/sessions",
                &[("idempotency-key", value)],
                body,
            )
            .await;
        is_refused(&answer, value);
    }
    assert_eq!(ann.get(&session).await.json()["title"], "Tides");
}
