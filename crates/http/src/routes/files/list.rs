//! `GET /v1/sessions/{id}/files` and `/stages`.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use lodger_research::DraftFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{FileBody, stage};
use crate::extract::{Id, Input, Parameters, User};
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};
use crate::problem::{Faults, Problem};

/// Which files.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of this stage.
    stage: Option<String>,
    /// In this language.
    language: Option<String>,
    /// Of this media type.
    media_type: Option<String>,
}

/// All files that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileList {
    items: Vec<FileBody>,
    /// Always null: a session's files are one page.
    #[schema(required)]
    next: Option<String>,
}

/// List a session's files, by stage and path
#[utoipa::path(
    get, path = "/v1/sessions/{id}/files", tag = "files", security(("bearer" = [])),
    params(("id" = Uuid, Path), Wanted),
    responses((status = OK, description = "The files", body = FileList), Problems<(ForUsers, OfOne, WithQuery)>),
)]
pub(super) async fn list_files(
    user: User,
    Id(id): Id,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<FileList>, Problem> {
    let drafts = user.scope.list_drafts(id, &wanted.read()?).await?;
    let items = drafts.into_iter().map(FileBody::from).collect();
    Ok(Json(FileList { items, next: None }))
}

impl Input for Wanted {
    fn check(self) -> Result<(), Problem> {
        self.read().map(drop)
    }
}

impl Wanted {
    fn read(self) -> Result<DraftFilter, Problem> {
        let mut faults = Faults::default();
        let of_stage = self.stage.as_deref().map(|it| stage(it, "stage"));
        let filter = DraftFilter {
            stage: faults.take(of_stage.transpose()),
            language: self.language,
            media_type: self.media_type,
        };
        faults.take(filter.check());
        faults.end()?;
        Ok(filter)
    }
}

/// A stage and its files.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StageBody {
    #[schema(example = "2_planning")]
    stage: &'static str,
    file_count: usize,
    total_size_bytes: i64,
    files: Vec<FileBody>,
}

/// All stages, in order, also those without files.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StageList {
    items: Vec<StageBody>,
}

/// List a session's stages with their files
#[utoipa::path(
    get, path = "/v1/sessions/{id}/stages", tag = "files", security(("bearer" = [])),
    params(("id" = Uuid, Path)),
    responses((status = OK, description = "The stages", body = StageList), Problems<(ForUsers, OfOne)>),
)]
pub(super) async fn list_stages(user: User, Id(id): Id) -> Result<Json<StageList>, Problem> {
    let stages = user.scope.list_stages(id).await?;
    let items = stages.into_iter().map(|it| StageBody {
        stage: it.stage.name(),
        file_count: it.drafts.len(),
        total_size_bytes: it.drafts.iter().map(|it| it.size_bytes).sum(),
        files: it.drafts.into_iter().map(FileBody::from).collect(),
    });
    Ok(Json(StageList {
        items: items.collect(),
    }))
}
