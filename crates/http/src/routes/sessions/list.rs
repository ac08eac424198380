//! `GET /v1/sessions`.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use lodger_research::{Archived, Count, ListFilter, PageRequest, Status};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::SessionBody;
use super::fields::{Fields, Item};
use crate::extract::{Parameters, User};
use crate::problem::answers::{ForUsers, Problems, WithQuery};
use crate::problem::{Code, FieldError, Problem};
use crate::routes::time::parse;

/// Which sessions, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// How many on a page: 1 to 200, 50 when left out.
    limit: Option<u16>,
    /// `next` of the page before, or `prev` of the page after.
    cursor: Option<String>,
    /// `in_progress`, `completed`, `failed`, or several with commas between.
    status: Option<String>,
    /// A language tag.
    language: Option<String>,
    /// `exclude` archived ones, which is the default, `include` them, or `only` them.
    archived: Option<String>,
    /// With this in the title, capital or not.
    q: Option<String>,
    /// Made at this time or later.
    created_from: Option<String>,
    /// Made before this time.
    created_to: Option<String>,
    /// `none`, which is the default, or `exact`.
    count: Option<String>,
    /// Only these fields of each, with commas between.
    fields: Option<String>,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    #[schema(value_type = Vec<SessionBody>)]
    items: Vec<Item>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
    /// The cursor of the page before; left out on the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<String>,
    /// How many there are on all pages, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
}

/// List sessions, the newest first
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", security(("bearer" = [])), params(Wanted),
    responses((status = OK, description = "A page", body = SessionList), Problems<(ForUsers, WithQuery)>),
)]
pub(super) async fn list_sessions(
    user: User,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<(HeaderMap, Json<SessionList>), Problem> {
    let filter = filter(&wanted)?;
    let request = page(&wanted)?;
    let fields = Fields::parse(wanted.fields.as_deref())?;
    let page = user.scope.list_sessions(&filter, &request).await?;
    let mut headers = HeaderMap::new();
    let links = [("next", &page.next), ("prev", &page.prev)];
    for (relation, cursor) in links {
        if let Some(link) = cursor.as_deref().and_then(|it| link(it, relation)) {
            headers.append(header::LINK, link);
        }
    }
    let list = SessionList {
        items: page
            .items
            .into_iter()
            .map(|it| fields.of(it.into()))
            .collect(),
        next: page.next,
        prev: page.prev,
        total: page.total,
    };
    Ok((headers, Json(list)))
}

/// Relative to the list, whose other parameters the client repeats.
fn link(cursor: &str, relation: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<?cursor={cursor}>; rel=\"{relation}\"")).ok()
}

fn page(wanted: &Wanted) -> Result<PageRequest, Problem> {
    let usual = PageRequest::default();
    Ok(PageRequest {
        limit: wanted.limit.unwrap_or(usual.limit),
        cursor: wanted.cursor.clone(),
        count: match wanted.count.as_deref() {
            None | Some("none") => Count::None,
            Some("exact") => Count::Exact,
            Some(_) => return Err(wrong("count", "is one of none and exact")),
        },
    })
}

fn filter(wanted: &Wanted) -> Result<ListFilter, Problem> {
    let moment = |name: &str, text: &Option<String>| match text.as_deref().map(parse) {
        Some(None) => Err(wrong(name, "is a time such as 2026-01-31T12:00:00Z")),
        parsed => Ok(parsed.flatten()),
    };
    Ok(ListFilter {
        statuses: statuses(wanted.status.as_deref())?,
        language: wanted.language.clone(),
        archived: match wanted.archived.as_deref() {
            None | Some("exclude") => Archived::Exclude,
            Some("include") => Archived::Include,
            Some("only") => Archived::Only,
            Some(_) => return Err(wrong("archived", "is one of exclude, include and only")),
        },
        title: wanted.q.clone(),
        created_from: moment("created_from", &wanted.created_from)?,
        created_to: moment("created_to", &wanted.created_to)?,
    })
}

fn statuses(text: Option<&str>) -> Result<Vec<Status>, Problem> {
    let names = text.into_iter().flat_map(|it| it.split(','));
    let parsed: Option<_> = names.map(Status::parse).collect();
    parsed.ok_or_else(|| {
        wrong(
            "status",
            "is in_progress, completed, failed, or several of them",
        )
    })
}

fn wrong(name: &str, reason: &str) -> Problem {
    Problem::new(Code::InvalidFields).errors(vec![FieldError::new(name, "invalid", reason)])
}
