//! The OpenAPI document, and a page that shows it.

use axum::Json;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::app::Handle;
use crate::problem::{FieldError, ProblemBody};
use crate::shell::PAGE_POLICY;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lodger",
        description = "Research sessions and drafts, owned by the users of the database's landlord.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ProblemBody, FieldError)),
    modifiers(&Bearer),
)]
pub(super) struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "A user's access token, as the sign-in service issues it.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Everything that the page needs comes from here: it works without a network.
pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .route("/openapi.json", get(document))
        .route(
            "/docs",
            get(|| async { page("text/html; charset=utf-8", include_str!("docs/page.html")) }),
        )
        .route(
            "/docs/page.js",
            get(|| async {
                page(
                    "text/javascript; charset=utf-8",
                    include_str!("docs/page.js"),
                )
            }),
        )
        .route(
            "/docs/page.css",
            get(|| async { page("text/css; charset=utf-8", include_str!("docs/page.css")) }),
        )
}

async fn document() -> impl IntoResponse {
    Json(super::openapi())
}

fn page(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text)
}
