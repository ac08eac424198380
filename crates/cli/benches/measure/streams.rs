//! Clients of the API with next to nothing in them, so that the server is measured and not they.

use std::net::SocketAddr;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;

/// What tokens are signed with.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What a listener hears.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The stream is open.
    Ready,
    /// This event was told, and arrived then.
    Told(usize, Instant),
}

impl Heard {
    /// When this event has arrived, if it is this one.
    pub(crate) fn at(&self, event: usize) -> Option<Instant> {
        match self {
            Self::Told(told, at) if *told == event => Some(*at),
            Self::Told(..) | Self::Ready => None,
        }
    }
}

/// Follows the events of a user until the server ends.
pub(crate) async fn follow(server: SocketAddr, user: usize, heard: UnboundedSender<Heard>) {
    let mut stream = TcpStream::connect(server)
        .await
        .expect("each stream is an open file: `ulimit -n 4096` allows more of them");
    let head = head("GET", "/v1/stream", user);
    stream
        .write_all(format!("{head}\r\n").as_bytes())
        .await
        .unwrap();
    let mut text = String::new();
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).await.unwrap_or_default();
        let now = Instant::now();
        let Some(new) = bytes.get(..count).filter(|it| !it.is_empty()) else {
            return;
        };
        text.push_str(&String::from_utf8_lossy(new));
        if text.contains("event: ready") && text.ends_with("\n\n\r\n") {
            heard.send(Heard::Ready).ok();
            text.clear();
        } else if let Some(number) = number(&text) {
            heard.send(Heard::Told(number, now)).ok();
            text.clear();
        }
    }
}

/// The number that [`tell`] has told, once it is there as a whole.
fn number(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once("\"number\":")?;
    let (digits, _) = rest.split_once('}')?;
    digits.trim().parse().ok()
}

/// Tells something of the session of the first user.
pub(crate) async fn tell(server: SocketAddr, number: usize) {
    let body = json!({ "kind": "measured.told", "payload": { "number": number } }).to_string();
    let path = "/v1/sessions/00000000-0000-4000-8000-000000000001/events";
    let head = head("POST", path, 1);
    let length = body.len();
    let request = format!(
        "{head}connection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

fn head(method: &str, path: &str, user: usize) -> String {
    let token = token(user);
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n")
}

/// The token of one of the users of `listeners.sql`, good for an hour.
fn token(user: usize) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let claims = json!({
        "sub": format!("00000000-0000-4000-8000-{user:012}"),
        "aud": "authenticated",
        "role": "authenticated",
        "exp": now.as_secs() + 3600,
    });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let head = encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = encode(hmac::sign(&key, signed.as_bytes()).as_ref());
    format!("{signed}.{signature}")
}
