//! `GET /v1/ws`: the stream of events as a WebSocket, for those who have no other way to send a token late.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::{Instant, interval_at, timeout};
use uuid::Uuid;

use super::following::{Following, Message};
use crate::app::Handle;
use crate::extract::User;
use crate::problem::{Code, Problem};

/// How long the first frame may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Proxies close what is silent for long.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The largest frame of a client: it holds a token.
const LARGEST: usize = 64 * 1024;

/// The first frame: who is asking, and for what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    token: String,
    after: Option<i64>,
    session_id: Option<Uuid>,
}

/// A frame of ours.
#[derive(Debug, Serialize)]
struct Told<'a> {
    event: &'a str,
    id: Option<i64>,
    data: &'a Value,
}

/// Follows what happens, over a WebSocket. OpenAPI has no words for it: `docs/api.md` does.
pub(super) async fn open_socket(
    State(handle): State<Handle>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade
        .map_err(|rejection| Problem::new(Code::MalformedRequest).detail(rejection.body_text()))?;
    let upgrade = upgrade.max_message_size(LARGEST).max_frame_size(LARGEST);
    Ok(upgrade.on_upgrade(|socket| serve(handle, socket)))
}

async fn serve(handle: Handle, mut socket: WebSocket) {
    let begun = match greet(&handle, &mut socket).await {
        Some(Ok(following)) => following,
        Some(Err(problem)) => return refuse(socket, &problem).await,
        None => return,
    };
    if let Some(code) = tell(begun, &mut socket).await {
        close(socket, code).await;
    }
}

/// Reads the first frame. Nothing when the client has gone.
async fn greet(handle: &Handle, socket: &mut WebSocket) -> Option<Result<Following, Problem>> {
    let Ok(first) = timeout(PATIENCE, first_text(socket)).await else {
        let problem = Problem::new(Code::TokenMissing).detail("the first frame did not come");
        return Some(Err(problem));
    };
    let text = first?;
    let Ok(hello) = serde_json::from_str::<Hello>(&text) else {
        let problem = Problem::new(Code::TokenMissing);
        return Some(Err(
            problem.detail("the first frame is an object with a `token`")
        ));
    };
    Some(begin(handle, hello).await)
}

async fn begin(handle: &Handle, hello: Hello) -> Result<Following, Problem> {
    let user = User::proved_by(&handle.0, &hello.token).await?;
    Following::begin(&handle.0, user, hello.after, hello.session_id).await
}

async fn first_text(socket: &mut WebSocket) -> Option<String> {
    loop {
        match socket.recv().await?.ok()? {
            Frame::Text(text) => return Some(text.to_string()),
            Frame::Binary(_) => return Some(String::new()),
            Frame::Ping(_) | Frame::Pong(_) => {}
            Frame::Close(_) => return None,
        }
    }
}

/// Tells until there is nothing more to tell, which gives the code to close with, or until the client goes.
async fn tell(mut following: Following, socket: &mut WebSocket) -> Option<u16> {
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut code = close_code::RESTART;
    loop {
        let frame = tokio::select! {
            message = following.next() => match message {
                Some(message) => {
                    // an end without a last word is the server's: one comes back as soon as it can
                    code = if following.is_last(&message) {
                        close_code::NORMAL
                    } else {
                        close_code::RESTART
                    };
                    frame(&message)
                }
                None => return Some(code),
            },
            _ = heartbeat.tick() => Frame::Ping(axum::body::Bytes::new()),
            received = socket.recv() => match received {
                Some(Ok(Frame::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => continue,
            },
        };
        // a client that does not take what it is told is cut off, and resumes where it was
        timeout(PATIENCE, socket.send(frame)).await.ok()?.ok()?;
    }
}

fn frame(message: &Message) -> Frame {
    let told = Told {
        event: &message.name,
        id: message.id,
        data: &message.data,
    };
    Frame::Text(json!(told).to_string().into())
}

async fn refuse(mut socket: WebSocket, problem: &Problem) {
    let message = Message {
        name: "problem".to_owned(),
        id: None,
        data: json!(problem.body(None)),
    };
    if timeout(PATIENCE, socket.send(frame(&message)))
        .await
        .is_ok()
    {
        close(socket, close_code::POLICY).await;
    }
}

async fn close(mut socket: WebSocket, code: u16) {
    let reason = "".into();
    let closing = socket.send(Frame::Close(Some(CloseFrame { code, reason })));
    // the client may have gone already
    timeout(PATIENCE, closing).await.ok();
}
