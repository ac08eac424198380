//! `GET /v1/sessions`.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::http::{HeaderMap, HeaderValue, header};
use lodger_research::{Archived, Count, ListFilter, PageRequest, Status};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::SessionBody;
use super::fields::{Fields, Item};
use crate::extract::{Input, Parameters, User};
use crate::problem::answers::{ForUsers, Problems, WithQuery};
use crate::problem::{Code, Faults, FieldError, Problem};
use crate::routes::time::parse;
use crate::written::Written;

/// How long a session is when it is written, more or less.
const USUAL: usize = 450;

/// Which sessions, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
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
) -> Result<(HeaderMap, Written), Problem> {
    let (filter, request, fields) = wanted.read()?;
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
    Ok((headers, Written::new(&list, list.items.len() * USUAL)?))
}

/// Relative to the list, whose other parameters the client repeats.
fn link(cursor: &str, relation: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<?cursor={cursor}>; rel=\"{relation}\"")).ok()
}

impl Input for Wanted {
    fn check(self) -> Result<(), Problem> {
        self.read().map(drop)
    }
}

impl Wanted {
    /// What is looked for, or everything that is wrong with it.
    fn read(self) -> Result<(ListFilter, PageRequest, Fields), Problem> {
        let mut faults = Faults::default();
        let usual = PageRequest::default();
        let filter = ListFilter {
            statuses: faults.take(statuses(self.status.as_deref())),
            language: self.language,
            archived: faults.take(archived(self.archived.as_deref())),
            title: self.q,
            created_from: faults.take(moment("created_from", self.created_from.as_deref())),
            created_to: faults.take(moment("created_to", self.created_to.as_deref())),
        };
        let page = PageRequest {
            limit: self.limit.unwrap_or(usual.limit),
            cursor: self.cursor,
            count: faults.take(count(self.count.as_deref())),
        };
        let fields = faults.take(Fields::parse(self.fields.as_deref()));
        faults.take(filter.check());
        faults.take(page.check());
        faults.end()?;
        Ok((filter, page, fields))
    }
}

fn count(text: Option<&str>) -> Result<Count, Problem> {
    match text {
        None | Some("none") => Ok(Count::None),
        Some("exact") => Ok(Count::Exact),
        Some(_) => Err(wrong("count", "is one of none and exact")),
    }
}

fn archived(text: Option<&str>) -> Result<Archived, Problem> {
    match text {
        None | Some("exclude") => Ok(Archived::Exclude),
        Some("include") => Ok(Archived::Include),
        Some("only") => Ok(Archived::Only),
        Some(_) => Err(wrong("archived", "is one of exclude, include and only")),
    }
}

fn moment(name: &str, text: Option<&str>) -> Result<Option<OffsetDateTime>, Problem> {
    match text.map(parse) {
        Some(None) => Err(wrong(name, "is a time such as 2026-01-31T12:00:00Z")),
        parsed => Ok(parsed.flatten()),
    }
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
