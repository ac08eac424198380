//! Each request's id, its line in the log, its place in the counters.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use uuid::Uuid;

use super::headers;
use crate::app::Handle;
use crate::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A client may bring its own id, if it is one that does no harm in a log.
const MAX_ID: usize = 64;

/// The log has the route's pattern, method, status and time: no path with its ids, no query with its tickets, no header, no
/// body.
pub(super) async fn observe(
    State(handle): State<Handle>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = id_of(&request);
    let path = request.uri().path().to_owned();
    let method = name_of(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str)
        .to_owned();
    let in_flight = handle.0.metrics.begin();
    let span = tracing::info_span!("request", request_id = %id, method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = complete(&response, &problem, &id, &path);
    }
    let status = response.status().as_u16();
    let took = began.elapsed();
    handle.0.metrics.answered(method, route, status, took);
    let milliseconds = took.as_millis();
    span.in_scope(|| tracing::info!(status, milliseconds, "answered"));
    headers::add_to(response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The problem again, now with the request in it; what other layers put around it stays.
fn complete(response: &Response, problem: &Problem, id: &str, path: &str) -> Response {
    let headers = response.headers().clone();
    let mut complete = problem.render(Some((id, path)));
    let own: Vec<_> = complete.headers().keys().cloned().collect();
    for (name, value) in &headers {
        if !own.contains(name) {
            complete.headers_mut().append(name, value.clone());
        }
    }
    complete
        .headers_mut()
        .remove(axum::http::header::CONTENT_LENGTH);
    complete
}

fn id_of(request: &Request) -> String {
    let brought = request.headers().get(REQUEST_ID);
    let brought = brought.and_then(|it| it.to_str().ok());
    let harmless = |id: &&str| {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        !id.is_empty() && id.len() <= MAX_ID && id.chars().all(allowed)
    };
    brought
        .filter(harmless)
        .map_or_else(|| Uuid::new_v4().to_string(), ToOwned::to_owned)
}

/// Invented methods must not make a series of counters each.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
