//! Is it there, is it ready, what has it done.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Handle;
use crate::metrics;
use crate::problem::{Code, Problem, ProblemBody};

/// How it is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// Always `ok`: anything else is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

impl Health {
    fn good() -> Json<Self> {
        Json(Self {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
        })
    }
}

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(alive))
        .routes(routes!(ready))
        .routes(routes!(counters))
}

/// Is the program running?
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = OK, body = Health)))]
async fn alive() -> Json<Health> {
    Health::good()
}

/// Can requests be served?
///
/// Asks the database. A balancer sends requests here while this answers 200.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses(
        (status = OK, body = Health),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn ready(State(handle): State<Handle>) -> Result<Json<Health>, Problem> {
    match handle.0.store.pool().check().await {
        Ok(()) => Ok(Health::good()),
        Err(reason) => {
            tracing::warn!(%reason, "not ready");
            Err(Problem::new(Code::DatabaseUnavailable).header(header::RETRY_AFTER, "5"))
        }
    }
}

/// Counters for Prometheus
#[utoipa::path(
    get, path = "/metrics", tag = "health",
    responses((status = OK, body = String, content_type = "application/openmetrics-text")),
)]
async fn counters(State(handle): State<Handle>) -> Result<impl IntoResponse, Problem> {
    let text = handle.0.metrics.render();
    let text = text.map_err(|_| Problem::new(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text))
}
