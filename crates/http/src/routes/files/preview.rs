//! `GET /v1/files/{id}/preview`: how a file begins, as text that is safe to show.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use lodger_research::DraftPreview;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Id, Input, Parameters, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems, WithQuery};

/// How much of it.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The most characters: 1 to 20,000, 2,000 when left out.
    characters: Option<u16>,
}

impl Input for Wanted {
    fn check(self) -> Result<(), Problem> {
        Ok(DraftPreview::check(self.characters())?)
    }
}

impl Wanted {
    fn characters(&self) -> u16 {
        self.characters.unwrap_or(2000)
    }
}

/// How a file begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Preview {
    id: Uuid,
    #[schema(example = "2_planning/outline.md")]
    file_path: String,
    #[schema(example = "text/markdown")]
    media_type: String,
    size_bytes: i64,
    /// Its first characters, without control characters but for line breaks and tabs. Null when it is no text, or its content is not
    /// kept here.
    #[schema(required)]
    text: Option<String>,
    /// Whether that is all of it.
    is_whole: bool,
}

/// Read how a file begins
///
/// Plain text: what is Markdown or HTML is not rendered.
#[utoipa::path(
    get, path = "/v1/files/{id}/preview", tag = "files", security(("bearer" = [])), params(("id" = Uuid, Path), Wanted),
    responses((status = OK, description = "The beginning", body = Preview), Problems<(ForUsers, OfOne, WithQuery)>),
)]
pub(super) async fn read_preview(
    user: User,
    Id(id): Id,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Preview>, Problem> {
    let found = user.scope.preview_draft(id, wanted.characters()).await?;
    let text = found
        .text
        .map(|it| it.chars().filter(|it| is_shown(*it)).collect());
    Ok(Json(Preview {
        id: found.draft.id,
        file_path: found.draft.file_path,
        media_type: found.draft.media_type,
        size_bytes: found.draft.size_bytes,
        text,
        is_whole: found.is_whole,
    }))
}

/// Neither what moves a terminal's cursor nor what turns the direction of the text around it.
fn is_shown(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    matches!(character, '\n' | '\t') || !(character.is_control() || turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shown_is_left() {
        let text = "a\u{1b}[2J\tb\r\nc\u{202e}d\u{0}é";
        let shown: String = text.chars().filter(|it| is_shown(*it)).collect();
        assert_eq!(shown, "a[2J\tb\ncdé");
    }
}
