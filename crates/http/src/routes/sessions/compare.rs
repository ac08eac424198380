//! `GET /v1/sessions/compare`: a few sessions side by side.

use axum::Json;
use lodger_research::{Comparison, StageTotals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::SessionBody;
use crate::extract::{Input, Parameters, User};
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};
use crate::problem::{Code, FieldError, Problem};

/// Which sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    ids: String,
}

/// The sessions, in the order in which they were named.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ComparisonList {
    items: Vec<ComparisonBody>,
}

/// One of the sessions that are compared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub(super) struct ComparisonBody {
    session: SessionBody,
    /// Its stages that have files, in order.
    stages: Vec<StageTotalsBody>,
}

/// What a stage holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StageTotals)]
pub(in crate::routes) struct StageTotalsBody {
    #[schema(example = "2_planning")]
    stage: &'static str,
    file_count: i64,
    total_size_bytes: i64,
}

impl From<StageTotals> for StageTotalsBody {
    fn from(totals: StageTotals) -> Self {
        Self {
            stage: totals.stage.name(),
            file_count: totals.files,
            total_size_bytes: totals.bytes,
        }
    }
}

impl From<Comparison> for ComparisonBody {
    fn from(comparison: Comparison) -> Self {
        let stages = comparison.stages.into_iter();
        Self {
            session: comparison.session.into(),
            stages: stages.map(StageTotalsBody::from).collect(),
        }
    }
}

impl Input for Wanted {
    fn check(self) -> Result<(), Problem> {
        Ok(Comparison::check(&self.read()?)?)
    }
}

impl Wanted {
    fn read(self) -> Result<Vec<Uuid>, Problem> {
        let ids: Result<Vec<Uuid>, _> = self.ids.split(',').map(Uuid::try_parse).collect();
        ids.map_err(|_| {
            let error = FieldError::new("ids", "invalid", "is ids with commas between");
            Problem::new(Code::InvalidFields).errors(vec![error])
        })
    }
}

/// Compare sessions
#[utoipa::path(
    get, path = "/v1/sessions/compare", tag = "sessions", security(("bearer" = [])),
    params(("ids" = String, Query, description = "Two to five ids with commas between")),
    responses((status = OK, description = "The sessions", body = ComparisonList), Problems<(ForUsers, OfOne, WithQuery)>),
)]
pub(super) async fn compare_sessions(
    user: User,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<ComparisonList>, Problem> {
    let sessions = user.scope.compare_sessions(&wanted.read()?).await?;
    let items = sessions.into_iter().map(ComparisonBody::from).collect();
    Ok(Json(ComparisonList { items }))
}
