//! What a problem's `type` refers to.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Handle;
use crate::problem::{Code, Problem, ProblemBody};

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemKind {
    /// Its stable name.
    #[schema(example = "token_expired")]
    code: &'static str,
    /// The status that it is answered with.
    #[schema(example = 401)]
    status: u16,
    /// What it is.
    #[schema(example = "The access token has expired")]
    title: &'static str,
}

impl From<Code> for ProblemKind {
    fn from(code: Code) -> Self {
        Self {
            code: code.name(),
            status: code.status().as_u16(),
            title: code.title(),
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(list_problems))
        .routes(routes!(read_problem))
}

/// All kinds of problems
#[utoipa::path(get, path = "/problems", tag = "problems", responses((status = OK, body = Vec<ProblemKind>)))]
async fn list_problems() -> Json<Vec<ProblemKind>> {
    Json(Code::ALL.iter().copied().map(ProblemKind::from).collect())
}

/// One kind of problem
#[utoipa::path(
    get, path = "/problems/{code}", tag = "problems",
    params(("code" = String, Path, description = "The problem's `code`")),
    responses(
        (status = OK, body = ProblemKind),
        (status = NOT_FOUND, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn read_problem(
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<ProblemKind>, Problem> {
    // what is no text names no problem
    let Path(name) = name.map_err(|_| Problem::new(Code::NotFound))?;
    let mut codes = Code::ALL.iter().copied();
    let code = codes.find(|it| it.name() == name);
    code.map(|it| Json(it.into()))
        .ok_or_else(|| Problem::new(Code::NotFound))
}
