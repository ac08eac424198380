//! Events, asked for and told as they happen.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use lodger_http::{App, Limits, Server};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::world::{Person, World};

const LONG: Duration = Duration::from_secs(20);

/// A stream that is being read.
struct Reader {
    response: Response<hyper::body::Incoming>,
    text: String,
}

impl Reader {
    async fn open(address: SocketAddr, query: &str, headers: &[(&str, String)]) -> Self {
        Self::at(address, &format!("/v1/stream{query}"), headers).await
    }

    async fn at(address: SocketAddr, path: &str, headers: &[(&str, String)]) -> Self {
        let mut request = Request::get(format!("http://{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        let response = client.request(request.body(Body::empty()).unwrap()).await;
        Self {
            response: response.unwrap(),
            text: String::new(),
        }
    }

    /// The next event's name, id and data; nothing when the stream ends.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|it| it.strip_prefix(name));
                    line.unwrap_or_default().trim().to_owned()
                };
                let found = (field("event:"), field("id:"), field("data:"));
                let rest = rest.to_owned();
                self.text = rest;
                if !found.0.is_empty() {
                    return Some((found.0, found.1, serde_json::from_str(&found.2).unwrap()));
                }
                continue;
            }
            let frame = timeout(LONG, self.response.body_mut().frame())
                .await
                .unwrap()?;
            let data = frame.unwrap().into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }
}

fn bearer(person: &Person) -> Vec<(&'static str, String)> {
    vec![("authorization", format!("Bearer {}", person.token))]
}

async fn serve_app(app: App) -> (SocketAddr, oneshot::Sender<()>) {
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), app)
        .await
        .unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run(async move {
        stopped.await.ok();
    }));
    (address, stop)
}

pub(crate) async fn serve(world: &World) -> (SocketAddr, oneshot::Sender<()>) {
    serve_app(world.app.clone()).await
}

#[tokio::test]
async fn what_happens_is_told_in_order_and_taken_up_where_it_was_left() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (address, stop) = serve(&world).await;
    let mut reader = Reader::open(address, "", &bearer(&ann)).await;
    assert_eq!(
        reader.response.headers()["content-type"],
        "text/event-stream"
    );
    assert_eq!(
        reader.next().await.unwrap(),
        ("ready".to_owned(), "0".to_owned(), json!({"last_seq": 0}))
    );
    bob.session("theirs").await;
    let session = ann.session("Tides").await;
    let (name, id, event) = reader.next().await.unwrap();
    assert_eq!((name.as_str(), id.as_str()), ("session.created", "1"));
    assert_eq!(event["session_id"], session["id"]);
    drop(reader);

    let own = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
    ann.patch(&own, json!({"title": "Winds"})).await;
    ann.delete(&own).await;
    let mut headers = bearer(&ann);
    headers.push(("last-event-id", "1".to_owned()));
    let mut reader = Reader::open(address, "", &headers).await;
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(reader.next().await.unwrap().0);
    }
    assert_eq!(names, ["ready", "session.updated", "session.deleted"]);

    stop.send(()).unwrap();
    assert_eq!(
        reader.next().await,
        None,
        "the server does not wait for streams"
    );
}

#[tokio::test]
async fn events_that_are_gone_are_told_as_such() {
    let world = World::new().await;
    let ann = world.person().await;
    ann.session("Tides").await;
    let (address, _stop) = serve(&world).await;
    let mut reader = Reader::open(address, "?after=99", &bearer(&ann)).await;
    assert_eq!(reader.next().await.unwrap().0, "ready");
    let (name, id, data) = reader.next().await.unwrap();
    assert_eq!(
        (name.as_str(), id.as_str(), data),
        ("reset", "1", json!({"last_seq": 1}))
    );
    ann.session("Winds").await;
    assert_eq!(reader.next().await.unwrap().1, "2");
    let list = ann.get("/v1/events?after=99").await.json();
    assert_eq!(
        (&list["reset"], &list["last_seq"]),
        (&json!(true), &json!(2))
    );
    let list = ann.get("/v1/events?limit=1").await.json();
    assert_eq!(
        (&list["items"][0]["seq"], &list["next"]),
        (&json!(1), &json!("1"))
    );
    let list = ann.get("/v1/events?limit=1&after=1").await.json();
    assert_eq!(
        (&list["items"][0]["kind"], &list["next"]),
        (&json!("session.created"), &Value::Null)
    );
    ann.get("/v1/events?after=-1")
        .await
        .is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn a_ticket_opens_one_stream() {
    let world = World::new().await;
    let ann = world.person().await;
    let (address, _stop) = serve(&world).await;
    let ticket = ann.post("/v1/stream/tickets", Value::Null).await;
    assert_eq!(ticket.status, 201);
    let query = format!("?ticket={}", ticket.json()["ticket"].as_str().unwrap());
    let mut reader = Reader::open(address, &query, &[]).await;
    assert_eq!(reader.next().await.unwrap().0, "ready");
    ann.session("Tides").await;
    assert_eq!(reader.next().await.unwrap().0, "session.created");
    let again = Reader::open(address, &query, &[]).await;
    assert_eq!(again.response.status(), 401);
    let bare = Reader::open(address, "", &[]).await;
    assert_eq!(bare.response.status(), 401);
}

#[tokio::test]
async fn a_ticket_is_good_at_every_server_of_the_database() {
    let world = World::new().await;
    let ann = world.person().await;
    let ticket = ann.post("/v1/stream/tickets", Value::Null).await.json();
    let query = format!("?ticket={}", ticket["ticket"].as_str().unwrap());
    // it was issued by the first, which does not hear of this one
    let (address, _stop) = serve_app(world.another_app()).await;
    let mut reader = Reader::open(address, &query, &[]).await;
    assert_eq!(reader.next().await.unwrap().0, "ready");
    let (first, _stop) = serve(&world).await;
    for address in [address, first] {
        let again = Reader::open(address, &query, &[]).await;
        assert_eq!(again.response.status(), 401);
    }
    let admin = world.database.connect_admin().await;
    let late = ann.post("/v1/stream/tickets", Value::Null).await.json();
    let text = late["ticket"].as_str().unwrap();
    let kept =
        "select count(*) from research.research_stream_tickets as t where strpos(t::text, $1) > 0";
    for part in [text, &text[32..]] {
        let found: i64 = admin.query_one(kept, &[&part]).await.unwrap().get(0);
        assert_eq!(found, 0, "the secret is not kept");
    }
    let age =
        "update research.research_stream_tickets set expires_at = now() - interval '1 second'";
    assert_eq!(admin.execute(age, &[]).await.unwrap(), 1);
    let reader = Reader::open(first, &format!("?ticket={text}"), &[]).await;
    assert_eq!(reader.response.status(), 401);
}

#[tokio::test]
async fn a_session_is_followed_to_its_end() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (address, _stop) = serve(&world).await;
    let session = ann.session("Tides").await;
    let own = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
    let stream = format!("{own}/stream");
    let mut reader = Reader::at(address, &format!("{stream}?after=0"), &bearer(&ann)).await;
    let other = ann.session("Winds").await;
    let told = json!({"kind": "agent.progress", "payload": {"done": 2}});
    let told = ann.post(&format!("{own}/events"), told).await;
    assert_eq!(
        (told.status.as_u16(), &told.json()["seq"]),
        (201, &json!(3))
    );
    ann.delete(&own).await;
    let mut seen = Vec::new();
    while let Some((name, id, _)) = reader.next().await {
        seen.push(format!("{id} {name}"));
    }
    assert_eq!(
        seen[1..],
        ["1 session.created", "3 agent.progress", "4 session.deleted"]
    );
    assert!(seen[0].ends_with("ready"));
    // its history is kept, and is nobody else's
    let kept = ann
        .get(&format!("{own}/events?after=1&limit=1"))
        .await
        .json();
    assert_eq!(
        (&kept["items"][0]["payload"]["done"], &kept["next"]),
        (&json!(2), &json!("3"))
    );
    bob.get(&format!("{own}/events"))
        .await
        .is_problem(404, "not_found");
    let foreign = Reader::at(address, &stream, &bearer(&bob)).await;
    assert_eq!(foreign.response.status(), 404);
    let other = format!("/v1/sessions/{}/events", other["id"].as_str().unwrap());
    for (body, pointer) in [
        (json!({"kind": "session.deleted"}), "/kind"),
        (json!({"kind": "agent"}), "/kind"),
        (json!({"kind": "a.b", "payload": []}), "/payload"),
        (
            json!({"kind": "a.b", "payload": {"a": "x".repeat(20_000)}}),
            "/payload",
        ),
    ] {
        let answer = ann.post(&other, body).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    bob.post(&other, json!({"kind": "a.b"}))
        .await
        .is_problem(404, "not_found");
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_there_are_not_too_many() {
    let world = World::with(Limits::default()).await;
    let ann = world.person_until(Duration::from_secs(3)).await;
    let (address, _stop) = serve(&world).await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(Reader::open(address, "", &bearer(&ann)).await);
    }
    let more = Reader::open(address, "", &bearer(&ann)).await;
    assert_eq!(more.response.status(), 429);
    for reader in &mut readers {
        assert_eq!(reader.next().await.unwrap().0, "ready");
    }
    let mut last = readers.pop().unwrap();
    let fields = timeout(LONG, async {
        loop {
            let frame = last.response.body_mut().frame().await.unwrap().unwrap();
            let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
            if text.contains("event") {
                return text;
            }
        }
    });
    assert!(fields.await.unwrap().contains("expired"));
    assert_eq!(last.next().await, None);
}

#[tokio::test]
async fn what_was_done_is_known_by_what_it_was_done_to() {
    let world = World::new().await;
    let (ann, guest) = (world.person().await, world.sign_up(true).await);
    guest.session("Given").await;
    let session = ann.session("Tides").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = format!("/v1/sessions/{session}");
    let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "abc"});
    let file = ann.put(&format!("{own}/files"), file).await.json();
    let file = file["id"].as_str().unwrap();
    ann.post(&format!("{own}/archive"), Value::Null).await;
    ann.delete(&format!("/v1/files/{file}")).await;
    let claim = guest.post("/v1/transfer-claims", Value::Null).await.json();
    let receipt = json!({"claim": claim["claim"]});
    let receipt = ann.post("/v1/transfers", receipt).await.json();
    let receipt = format!("transfers/{}", receipt["id"].as_str().unwrap());
    let told = async |query: &str| {
        let list = ann.get(&format!("/v1/audit{query}")).await.json();
        let items = list["items"].as_array().unwrap().clone();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let each = items
            .iter()
            .map(|it| (text(&it["action"]), text(&it["resource"])));
        (each.collect::<Vec<_>>(), list["next"].clone())
    };
    let (sessions, files) = (format!("sessions/{session}"), format!("files/{file}"));
    let all = [
        ("session.created", &sessions),
        ("draft.saved", &files),
        ("session.archived", &sessions),
        ("draft.deleted", &files),
        ("transfer.in", &receipt),
    ];
    let all = all.map(|(action, resource)| (action.to_owned(), resource.clone()));
    assert_eq!(told("").await, (all.to_vec(), Value::Null));
    assert_eq!(told("?limit=2").await, (all[..2].to_vec(), json!("2")));
    assert_eq!(told("?after=2&limit=2").await.0, all[2..4]);
    // the last page is told from others also when it is full
    assert_eq!(
        told("?after=3&limit=2").await,
        (all[3..].to_vec(), Value::Null)
    );
    assert_eq!(told("?limit=5").await.1, Value::Null);
    let only = async |resource: &str| told(&format!("?resource={resource}")).await.0.len();
    assert_eq!(only("sessions").await, 2);
    assert_eq!(only(&sessions).await, 4);
    assert_eq!(only("files").await, 2);
    assert_eq!(only(&files).await, 2);
    assert_eq!(only("transfers").await, 1);
    assert_eq!(only(&receipt).await, 1);
    assert_eq!(only(&format!("files/{session}")).await, 0);
    let next = async |query: &str| told(&format!("?resource=files&{query}")).await.1;
    assert_eq!(next("limit=1").await, json!("2"));
    // an event of something else follows, and it is the last page nevertheless
    assert_eq!(next("limit=2").await, Value::Null);
    assert_eq!(next("after=2&limit=1").await, Value::Null);
    for resource in ["users", "sessions/x", "sessions/", ""] {
        let refused = ann.get(&format!("/v1/audit?resource={resource}")).await;
        refused.is_problem(422, "invalid_fields");
    }
}
