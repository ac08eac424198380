//! The routes, one file for each thing, and the document that describes them.

mod audit;
mod document;
pub(crate) mod events;
mod files;
mod health;
mod me;
mod problems;
mod sessions;
mod take_along;
mod time;
mod transfers;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse as _;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use crate::app::Handle;
use crate::page;
use crate::problem::{Code, Problem};

/// All routes. A new one is a file here and a line below.
fn described() -> OpenApiRouter<Handle> {
    OpenApiRouter::with_openapi(document::Document::openapi())
        .merge(health::routes())
        .merge(problems::routes())
        .merge(me::routes())
        .merge(sessions::routes())
        .merge(files::routes())
        .merge(events::routes())
        .merge(audit::routes())
        .merge(take_along::routes())
        .merge(transfers::routes())
        .merge(document::routes())
}

/// The routes with their state, and answers for everything else.
pub(crate) fn all(handle: &Handle) -> Router {
    let (router, _) = described().split_for_parts();
    router
        .merge(page::routes())
        .fallback(|| async { Problem::new(Code::NotFound) })
        .method_not_allowed_fallback(|| async {
            let mut response = Problem::new(Code::MethodNotAllowed).into_response();
            // axum adds the methods that are allowed
            response.headers_mut().remove(header::ALLOW);
            response
        })
        .with_state(handle.clone())
}

/// The OpenAPI 3.1 document of all routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}
