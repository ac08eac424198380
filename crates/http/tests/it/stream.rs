//! Events, asked for and told as they happen.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use lodger_http::{Limits, Server};
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
        let mut request = Request::get(format!("http://{address}/v1/stream{query}"));
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

async fn serve(world: &World) -> (SocketAddr, oneshot::Sender<()>) {
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), world.app.clone())
        .await
        .unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run(async move {
        stopped.await.ok();
    }));
    (address, stop)
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
