//! The JSON of a problem.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Code, Problem};

/// What went wrong (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemBody {
    /// A reference to what this kind of problem is, relative to the server.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not_found")]
    kind: String,
    /// The same sentence for every case of this kind.
    #[schema(example = "There is nothing here")]
    title: String,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// What is the matter in this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// The stable name of this kind, to decide by.
    #[schema(example = "not_found")]
    code: String,
    /// The request's id, as in the header `x-request-id` and in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Members of some kinds only.
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer into the body, or the name of a query parameter.
    #[schema(example = "/title")]
    pub pointer: String,
    /// What: `unknown`, `missing` or `invalid`.
    #[schema(example = "invalid")]
    pub code: String,
    /// The same in a sentence.
    #[schema(example = "it has 501 characters; 500 are allowed")]
    pub detail: String,
}

impl FieldError {
    /// An error of a field.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.into(),
        }
    }

    /// Adds those whose place is not told of yet.
    pub(crate) fn add_untold(told: &mut Vec<Self>, more: impl IntoIterator<Item = Self>) {
        for error in more {
            if told.iter().all(|it| it.pointer != error.pointer) {
                told.push(error);
            }
        }
    }
}

/// What is wrong with several values, each of which is read by itself.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// The value, or something that nothing is wrong with.
    pub(crate) fn take<T: Default>(&mut self, read: Result<T, impl Into<Problem>>) -> T {
        read.unwrap_or_else(|error| {
            self.0.extend(error.into().into_errors());
            T::default()
        })
    }

    /// Everything that was wrong.
    pub(crate) fn end(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Problem::new(Code::InvalidFields).errors(self.0))
    }
}

impl ProblemBody {
    pub(super) fn new(problem: &Problem, request: Option<(&str, &str)>) -> Self {
        let code = problem.code;
        Self {
            kind: format!("/problems/{}", code.name()),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: problem.detail.clone(),
            instance: request.map(|(_, path)| path.to_owned()),
            code: code.name().to_owned(),
            request_id: request.map(|(id, _)| id.to_owned()),
            errors: problem.errors.clone(),
            members: problem.members.clone(),
        }
    }
}
