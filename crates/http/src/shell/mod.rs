//! What lies around all routes: ids, limits, headers, logs.

pub(crate) mod cors;
mod headers;
mod observe;

pub(crate) use headers::PAGE_POLICY;

use std::any::Any;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::Handle;
use crate::problem::{Code, Problem};

/// Puts the shell around the routes; what is added last sees a request first.
pub(crate) fn around(routes: Router, handle: &Handle, origins: &cors::Origins) -> Router {
    routes
        .layer(DefaultBodyLimit::max(handle.0.limits.body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(handle.clone(), in_time))
        .layer(cors::layer(origins))
        .layer(from_fn_with_state(handle.clone(), observe::observe))
}

/// The request is dropped, and with it what it does in the database.
async fn in_time(State(handle): State<Handle>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(handle.0.limits.patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::Timeout).into_response(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(reason, "a handler panicked");
    Problem::new(Code::Internal).into_response()
}
