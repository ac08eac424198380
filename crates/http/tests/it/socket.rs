//! The stream of events as a WebSocket.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::stream::serve;
use crate::world::World;

const LONG: Duration = Duration::from_secs(20);

struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(address: SocketAddr, first: &Value) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let asked = client_async(format!("ws://{address}/v1/ws"), stream);
        let (socket, _) = asked.await.unwrap();
        let mut socket = Self(socket);
        let first = Message::text(first.to_string());
        socket.0.send(first).await.unwrap();
        socket
    }

    /// The next frame, or the code that the socket is closed with.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match timeout(LONG, self.0.next())
                .await
                .unwrap()
                .unwrap()
                .unwrap()
            {
                Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Message::Close(frame) => return Err(frame.unwrap().code.into()),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn a_socket_tells_what_the_stream_tells() {
    let world = World::new().await;
    let ann = world.person().await;
    let (address, stop) = serve(&world).await;
    let mut all = Socket::open(address, &json!({"token": ann.token})).await;
    assert_eq!(
        all.next().await,
        Ok(json!({"event": "ready", "id": 0, "data": {"last_seq": 0}}))
    );
    let session = ann.session("Tides").await;
    let told = all.next().await.unwrap();
    assert_eq!(
        (&told["event"], &told["id"], &told["data"]["session_id"]),
        (&json!("session.created"), &json!(1), &session["id"])
    );
    ann.session("Winds").await;
    let id = session["id"].as_str().unwrap();
    let hello = json!({"token": ann.token, "after": 1, "session_id": id});
    let mut one = Socket::open(address, &hello).await;
    assert_eq!(one.next().await.unwrap()["event"], "ready");
    // what a client sends later is passed over
    one.0.send(Message::text("more")).await.unwrap();
    ann.delete(&format!("/v1/sessions/{id}")).await;
    assert_eq!(one.next().await.unwrap()["event"], "session.deleted");
    assert_eq!(one.next().await, Err(1000));
    stop.send(()).unwrap();
    let ended = loop {
        if let Err(code) = all.next().await {
            break code;
        }
    };
    assert_eq!(ended, 1012);
}

#[tokio::test]
async fn a_socket_without_a_good_first_frame_is_closed() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let theirs = bob.session("Tides").await;
    let (address, _stop) = serve(&world).await;
    for (hello, code) in [
        (json!({}), "token_missing"),
        (json!("x"), "token_missing"),
        (json!({"token": "x"}), "token_malformed"),
        (json!({"token": "sb_secret_x"}), "token_is_api_key"),
        (json!({"token": ann.token, "admin": true}), "token_missing"),
        (
            json!({"token": ann.token, "session_id": theirs["id"]}),
            "not_found",
        ),
    ] {
        let mut socket = Socket::open(address, &hello).await;
        let told = socket.next().await.unwrap();
        assert_eq!(
            (&told["event"], &told["data"]["code"]),
            (&json!("problem"), &json!(code)),
            "{hello}"
        );
        assert_eq!(socket.next().await, Err(1008));
    }
    let plain = ann.get("/v1/ws").await;
    plain.is_problem(400, "malformed_request");
    let ending = world.person_until(Duration::from_secs(2)).await;
    let mut socket = Socket::open(address, &json!({"token": ending.token})).await;
    assert_eq!(socket.next().await.unwrap()["event"], "ready");
    assert_eq!(socket.next().await.unwrap()["event"], "expired");
    assert_eq!(socket.next().await, Err(1000));
}
