//! Sessions: made, listed, changed, moved, deleted, and nobody else's.

use std::num::NonZeroU32;

use axum::http::{Method, StatusCode};
use lodger_http::Limits;
use serde_json::{Value, json};

use crate::world::{Answer, World};

fn path(session: &Value) -> String {
    format!("/v1/sessions/{}", session["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_session_is_made_and_read_back() {
    let world = World::new().await;
    let ann = world.person().await;
    let body = json!({"title": "Tides", "language": "vi", "parameters": {"depth": 2}});
    let made = ann.post("/v1/sessions", body).await;
    assert_eq!(made.status, 201);
    let session = made.json();
    assert_eq!(made.header("location"), path(&session));
    assert_eq!(made.header("etag"), "\"v1\"");
    assert_eq!(made.header("cache-control"), "no-store");
    let keys: Vec<_> = session.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "archived_at",
        "created_at",
        "file_count",
        "id",
        "language",
        "parameters",
        "status",
        "title",
        "total_size_bytes",
        "updated_at",
        "user_id",
        "version",
    ];
    assert_eq!(keys, expected);
    assert_eq!(session["user_id"], ann.id.to_string());
    assert_eq!(session["status"], "in_progress");
    assert_eq!(session["parameters"], json!({"depth": 2}));
    assert!(session["created_at"].as_str().unwrap().ends_with('Z'));

    let read = ann.get(&path(&session)).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, session.clone()));
    assert_eq!(read.header("etag"), "\"v1\"");
    let known = [("if-none-match", "\"v1\"")];
    let known = ann
        .ask(Method::GET, &path(&session), &known, Value::Null)
        .await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
    assert_eq!(known.header("etag"), "\"v1\"");
    let upper = path(&session)
        .to_uppercase()
        .replace("/V1/SESSIONS", "/v1/sessions");
    assert_eq!(ann.get(&upper).await.json(), session);
}

/// Which fields are wrong, and how.
fn told(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let each = errors.map(|it| format!("{} {}", text(&it["pointer"]), text(&it["code"])));
    each.collect()
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_by_field() {
    let world = World::new().await;
    let ann = world.person().await;
    for (body, pointer, code) in [
        (json!({}), "/title", "missing"),
        (json!({"title": 7}), "/title", "invalid"),
        (json!({"title": " "}), "/title", "invalid"),
        (json!({"title": "x".repeat(501)}), "/title", "invalid"),
        (json!({"title": "a\u{0}"}), "/title", "invalid"),
        (
            json!({"title": "a", "user_id": ann.id}),
            "/user_id",
            "unknown",
        ),
        (
            json!({"title": "a", "language": "!"}),
            "/language",
            "invalid",
        ),
        (
            json!({"title": "a", "parameters": []}),
            "/parameters",
            "invalid",
        ),
    ] {
        let answer = ann.post("/v1/sessions", body.clone()).await;
        answer.is_problem(422, "invalid_fields");
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(pointer), &json!(code)),
            "{body}"
        );
    }
    let text = [("content-type", "text/plain")];
    let plain = ann
        .ask(Method::POST, "/v1/sessions", &text, Value::Null)
        .await;
    plain.is_problem(415, "unsupported_media_type");
    let huge = json!({"title": "x".repeat(2_000_000)});
    ann.post("/v1/sessions", huge)
        .await
        .is_problem(413, "payload_too_large");
    let list = ann.get("/v1/sessions").await.json();
    assert_eq!(list, json!({"items": [], "next": null}));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_body_is_told_at_once() {
    let world = World::new().await;
    let ann = world.person().await;
    let body = json!({"titel": "a", "language": "!", "parameters": [], "user_id": 7});
    let answer = ann.post("/v1/sessions", body).await;
    answer.is_problem(422, "invalid_fields");
    assert_eq!(
        told(&answer),
        [
            "/titel unknown",
            "/user_id unknown",
            "/title missing",
            "/language invalid",
            "/parameters invalid"
        ]
    );
    let body = json!({"title": " ", "language": "!", "parameters": 1});
    let answer = ann.post("/v1/sessions", body).await;
    assert_eq!(
        told(&answer),
        ["/title invalid", "/language invalid", "/parameters invalid"]
    );
    let body = json!({"operation": "explode", "ids": ["x", 7], "dry_run": "no"});
    let answer = ann.post("/v1/sessions/batch", body).await;
    assert_eq!(
        told(&answer),
        [
            "/dry_run invalid",
            "/ids/0 invalid",
            "/ids/1 invalid",
            "/operation invalid",
            "/ids invalid"
        ]
    );
}

#[tokio::test]
async fn lists_have_pages_filters_and_refuse_what_they_do_not_know() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["one", "two", "three", "four", "five"] {
        ann.session(title).await;
    }
    let mut titles = Vec::new();
    let mut place = "/v1/sessions?limit=2&count=exact".to_owned();
    loop {
        let answer = ann.get(&place).await;
        let page = answer.json();
        assert_eq!(page["total"], 5);
        for item in page["items"].as_array().unwrap() {
            titles.push(item["title"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            let prev = page["prev"].as_str().unwrap();
            let link = format!("<?cursor={prev}>; rel=\"prev\"");
            assert_eq!(answer.header("link"), link);
            break;
        };
        assert_eq!(
            answer.header("link"),
            format!("<?cursor={next}>; rel=\"next\"")
        );
        place = format!("/v1/sessions?limit=2&count=exact&cursor={next}");
        if titles.len() == 2 {
            ann.session("late").await;
            let other = ann
                .get(&format!("/v1/sessions?status=failed&cursor={next}"))
                .await;
            other.is_problem(400, "invalid_cursor");
            place = place.replace("count=exact", "count=none");
            let page = ann.get(&place).await.json();
            assert_eq!(page["total"], Value::Null);
            place = place.replace("count=none", "count=exact");
            let id = ann.get("/v1/sessions?q=late").await.json()["items"][0]["id"].clone();
            ann.delete(&format!("/v1/sessions/{}", id.as_str().unwrap()))
                .await;
        }
    }
    assert_eq!(titles, ["five", "four", "three", "two", "one"]);
}

#[tokio::test]
async fn a_list_is_walked_back_as_it_was_walked() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["a", "b", "c", "d", "e"] {
        ann.session(title).await;
    }
    let page = async |cursor: &Value| {
        let cursor = cursor
            .as_str()
            .map_or(String::new(), |it| format!("&cursor={it}"));
        let page = ann
            .get(&format!("/v1/sessions?limit=2{cursor}"))
            .await
            .json();
        let titles = page["items"].as_array().unwrap().iter();
        let titles: String = titles.map(|it| it["title"].as_str().unwrap()).collect();
        (titles, page["prev"].clone(), page["next"].clone())
    };
    let (first, none, next) = page(&Value::Null).await;
    assert_eq!((first.as_str(), none), ("ed", Value::Null));
    let (second, back, next) = page(&next).await;
    let (third, last_back, end) = page(&next).await;
    assert_eq!(
        (second.as_str(), third.as_str(), end),
        ("cb", "a", Value::Null)
    );
    let (again, _, next) = page(&last_back).await;
    assert_eq!((again.as_str(), page(&next).await.0.as_str()), ("cb", "a"));
    // somebody makes one more: it comes before what was the first page
    ann.session("f").await;
    let (again, back, _) = page(&back).await;
    assert_eq!(again, "ed");
    let (newest, none, next) = page(&back).await;
    assert_eq!((newest.as_str(), none), ("f", Value::Null));
    assert_eq!(page(&next).await.0, "ed");
}

#[tokio::test]
async fn filters_that_are_not_known_are_refused_by_name() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["one", "two", "three"] {
        ann.session(title).await;
    }
    let found = ann
        .get("/v1/sessions?q=T&status=in_progress,failed&archived=include")
        .await
        .json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    for (query, name) in [
        ("limit=many", "limit"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("status=done", "status"),
        ("archived=maybe", "archived"),
        ("count=some", "count"),
        ("created_from=yesterday", "created_from"),
        ("offset=10", "offset"),
        ("fields=title,secret", "fields"),
        ("fields=", "fields"),
    ] {
        let answer = ann.get(&format!("/v1/sessions?{query}")).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(answer.json()["errors"][0]["pointer"], name, "{query}");
    }
    let part = ann
        .get("/v1/sessions?fields=title,status&limit=1")
        .await
        .json();
    assert_eq!(
        part["items"],
        json!([{"title": "three", "status": "in_progress"}])
    );
    ann.get("/v1/sessions?cursor=zz")
        .await
        .is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_query_is_told_at_once() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = path(&ann.session("Tides").await);
    for (place, expected) in [
        (
            "/v1/sessions?offset=1&limit=many&status=done&archived=maybe&count=some&fields=secret&created_to=soon",
            &[
                "offset unknown",
                "limit invalid",
                "status invalid",
                "archived invalid",
                "created_to invalid",
                "count invalid",
                "fields unknown",
            ][..],
        ),
        (
            "/v1/sessions?limit=0&language=%20&count=some",
            &["count invalid", "/language invalid", "/limit invalid"],
        ),
        (
            &format!("{session}/files?stage=none&stages=2&language=%00"),
            &["stages unknown", "stage invalid", "/language invalid"],
        ),
        (
            "/v1/events?after=-1&limit=0&x=1",
            &["x unknown", "/after invalid", "/limit invalid"],
        ),
        (
            "/v1/audit?resource=users&after=x&limit=0",
            &["after invalid", "resource invalid", "/limit invalid"],
        ),
        ("/v1/sessions/compare?id=1", &["id unknown", "ids missing"]),
        (
            "/v1/sessions/compare?id=1&ids=1",
            &["id unknown", "ids invalid"],
        ),
        (
            "/v1/stream?after=x&since=1",
            &["after invalid", "since unknown"],
        ),
    ] {
        let answer = ann.get(place).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(told(&answer), expected, "{place}");
    }
}

#[tokio::test]
async fn a_change_can_ask_for_a_version() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let path = path(&session);
    let change = |tag: &'static str| {
        let (ann, path) = (&ann, &path);
        async move {
            let headers = [("if-match", tag)];
            ann.ask(Method::PATCH, path, &headers, json!({"title": tag}))
                .await
        }
    };
    let changed = change("\"v1\"").await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.header("etag"), "\"v2\"");
    assert_eq!(changed.json()["version"], 2);
    assert_eq!(ann.get(&path).await.header("etag"), "\"v2\"");
    let late = change("\"v1\"").await;
    late.is_problem(412, "version_mismatch");
    assert_eq!(late.header("etag"), "\"v2\"");
    assert!(change("nonsense").await.is_problem(412, "version_mismatch"));
    assert_eq!(change("*").await.status, 200);
    assert_eq!(
        ann.patch(&path, json!({"language": "de"})).await.status,
        200
    );
    ann.patch(&path, json!({}))
        .await
        .is_problem(422, "invalid_fields");
    ann.patch(&path, json!({"status": "completed"}))
        .await
        .is_problem(422, "invalid_fields");
    let headers = [("if-match", "\"v1\"")];
    let kept = ann.ask(Method::DELETE, &path, &headers, Value::Null).await;
    kept.is_problem(412, "version_mismatch");
    assert_eq!(ann.delete(&path).await.status, 204);
    ann.get(&path).await.is_problem(404, "not_found");
    ann.delete(&path).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_change_says_what_it_is_based_on_unless_the_server_needs_it_not() {
    let strict = World::new().await;
    let limits = Limits {
        require_if_match: false,
        ..Limits::default()
    };
    let lenient = World::with(limits).await;
    for (world, is_strict) in [(strict, true), (lenient, false)] {
        let ann = world.person().await;
        let path = path(&ann.session("Tides").await);
        let title = json!({"title": "Winds"});
        let name = json!({"display_name": "Ann"});
        for (method, path, body, done) in [
            (Method::PATCH, path.as_str(), title, 200),
            (Method::DELETE, path.as_str(), Value::Null, 204),
            (Method::PATCH, "/v1/me/profile", name, 200),
        ] {
            let bare = ann.ask(method.clone(), path, &[], body.clone()).await;
            if is_strict {
                bare.is_problem(428, "precondition_required");
                let any = ann.ask(method, path, &[("if-match", "*")], body).await;
                assert_eq!(any.status, done);
            } else {
                assert_eq!(bare.status, done);
            }
        }
    }
}

#[tokio::test]
async fn moves_that_are_not_allowed_name_those_that_are() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let go = |name: &str| {
        let path = format!("{}/{name}", path(&session));
        let ann = &ann;
        async move { ann.post(&path, Value::Null).await }
    };
    assert_eq!(go("fail").await.json()["status"], "failed");
    let refused = go("complete").await;
    refused.is_problem(409, "invalid_transition");
    assert_eq!(refused.json()["from"], "failed");
    assert_eq!(refused.json()["allowed"], json!(["in_progress"]));
    assert_eq!(go("reopen").await.json()["status"], "in_progress");
    assert_eq!(go("complete").await.json()["status"], "completed");
    assert_eq!(go("reopen").await.json()["allowed"], json!([]));
    let archived = go("archive").await;
    assert!(archived.json()["archived_at"].is_string());
    go("archive").await.is_problem(409, "already_archived");
    assert_eq!(ann.get("/v1/sessions").await.json()["items"], json!([]));
    let hidden = ann.get("/v1/sessions?archived=only").await.json();
    assert_eq!(hidden["items"].as_array().unwrap().len(), 1);
    assert_eq!(go("restore").await.json()["archived_at"], Value::Null);
    go("restore").await.is_problem(409, "not_archived");
    go("explode").await.is_problem(404, "not_found");
}

/// What an answer tells, without what names the request.
fn shape(answer: &Answer) -> (StatusCode, Value) {
    let mut body = answer.json();
    for name in ["instance", "request_id", "detail"] {
        body[name] = Value::Null;
    }
    (answer.status, body)
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let session = ann.session("Tides").await;
    let file = json!({"file_path": "2_planning/a.md", "stage": "2_planning", "content": "a"});
    let file = ann
        .put(&format!("{}/files", path(&session)), file)
        .await
        .json();
    let file = format!("/v1/files/{}", file["id"].as_str().unwrap());
    let foreign = path(&session);
    let absent = "/v1/sessions/4a1e0001-aaaa-4bbb-8ccc-0123456789ab".to_owned();
    let no_file = "/v1/files/4a1e0001-aaaa-4bbb-8ccc-0123456789ab".to_owned();
    let title = json!({"title": "mine"});
    let draft = json!({"file_path": "x.md", "stage": "2_planning", "content": "x"});
    let rest = [
        (Method::POST, "/archive"),
        (Method::POST, "/restore"),
        (Method::POST, "/complete"),
        (Method::POST, "/fail"),
        (Method::POST, "/reopen"),
        (Method::GET, "/files"),
        (Method::GET, "/stages"),
        (Method::GET, ""),
        (Method::DELETE, ""),
    ];
    let of_session = rest.map(|(method, end)| {
        (
            method,
            format!("{foreign}{end}"),
            format!("{absent}{end}"),
            Value::Null,
        )
    });
    let others = [
        (Method::PATCH, foreign.clone(), absent.clone(), title),
        (
            Method::PUT,
            format!("{foreign}/files"),
            format!("{absent}/files"),
            draft,
        ),
        (Method::GET, file.clone(), no_file.clone(), Value::Null),
        (
            Method::GET,
            format!("{file}/content"),
            format!("{no_file}/content"),
            Value::Null,
        ),
        (Method::DELETE, file.clone(), no_file.clone(), Value::Null),
    ];
    for (method, theirs, nobodys, body) in of_session.into_iter().chain(others) {
        let any = [("if-match", "*")];
        let one = bob.ask(method.clone(), &theirs, &any, body.clone()).await;
        let other = bob.ask(method.clone(), &nobodys, &any, body).await;
        one.is_problem(404, "not_found");
        assert_eq!(shape(&one), shape(&other), "{method} {theirs}");
    }
    assert_eq!(ann.get(&foreign).await.json()["title"], "Tides");
    assert_eq!(ann.get(&file).await.status, 200);
    assert_eq!(bob.get("/v1/sessions").await.json()["items"], json!([]));
}

#[tokio::test]
async fn without_a_token_there_is_nothing() {
    let world = World::new().await;
    let mut ann = world.person().await;
    let good = std::mem::replace(&mut ann.token, "sb_publishable_x".to_owned());
    for (method, path) in [
        (Method::GET, "/v1/sessions"),
        (Method::POST, "/v1/sessions"),
        (Method::GET, "/v1/me"),
        (Method::GET, "/v1/sessions/x"),
        (Method::GET, "/v1/files/x/content"),
    ] {
        let answer = ann.ask(method, path, &[], Value::Null).await;
        answer.is_problem(401, "token_is_api_key");
        assert!(answer.header("www-authenticate").starts_with("Bearer "));
    }
    ann.token = good;
    ann.get("/v1/sessions/x").await.is_problem(404, "not_found");
    let me = ann.get("/v1/me").await.json();
    assert_eq!(me["id"], ann.id.to_string());
    assert_eq!(me["is_anonymous"], false);
}

#[tokio::test]
async fn an_account_that_is_gone_cannot_write() {
    let world = World::new().await;
    let ann = world.person().await;
    let admin = world.database.connect_admin().await;
    admin
        .execute("delete from auth.users where id = $1", &[&ann.id])
        .await
        .unwrap();
    let answer = ann.post("/v1/sessions", json!({"title": "late"})).await;
    answer.is_problem(401, "account_missing");
}

#[tokio::test]
async fn a_budget_is_each_users_own() {
    let limits = Limits {
        requests_per_minute: NonZeroU32::new(3).unwrap(),
        ..Limits::default()
    };
    let world = World::with(limits).await;
    let (ann, bob) = (world.person().await, world.person().await);
    for _ in 0..3 {
        assert_eq!(ann.get("/v1/me").await.status, 200);
    }
    let answer = ann.get("/v1/me").await;
    answer.is_problem(429, "rate_limited");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(bob.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn reading_writes_nothing() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "a"});
    ann.put(&format!("{}/files", path(&session)), file).await;
    let admin = world.database.connect_admin().await;
    let sql = "select (select array_agg(xmin::text order by id) from research.research_sessions) \
               || (select array_agg(xmin::text order by id) from research.draft_files)";
    let before: Vec<String> = admin.query_one(sql, &[]).await.unwrap().get(0);
    for place in ["", "/files", "/stages"] {
        assert_eq!(
            ann.get(&format!("{}{place}", path(&session))).await.status,
            200
        );
    }
    ann.get("/v1/sessions").await;
    ann.get("/v1/me").await;
    let after: Vec<String> = admin.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(before, after);
}
