//! An id from the path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::problem::{Code, Problem};

/// The path's `{id}`. What is no UUID names nothing that there is, which is all that anybody is told of an id that is not theirs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let absent = || Problem::new(Code::NotFound);
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| absent())?;
        parse(&text).map(Self).ok_or_else(absent)
    }
}

/// Only the form with hyphens, in either case: other forms of one id would make two addresses of one thing.
fn parse(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_names_an_id() {
        let id = "4a1e0001-aaaa-4bbb-8ccc-0123456789ab";
        assert!(parse(id).is_some());
        assert_eq!(parse(&id.to_uppercase()), parse(id));
        for bad in [
            "",
            "1",
            "..",
            &id.replace('-', ""),
            &format!("{{{id}}}"),
            &format!("urn:uuid:{id}"),
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
