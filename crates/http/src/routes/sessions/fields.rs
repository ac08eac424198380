//! Which fields of a session a list shows.

use serde::Serialize;
use serde_json::{Map, Value};

use super::SessionBody;
use crate::problem::{Code, FieldError, Problem};

/// Those of [`SessionBody`].
const ALL: [&str; 12] = [
    "id",
    "user_id",
    "title",
    "status",
    "language",
    "parameters",
    "archived_at",
    "version",
    "file_count",
    "total_size_bytes",
    "created_at",
    "updated_at",
];

/// The fields that are wanted; all when nobody said which.
#[derive(Debug, Default)]
pub(super) struct Fields(Option<Vec<&'static str>>);

/// A session in a list: whole, or the part of it that is wanted.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Item {
    Whole(SessionBody),
    Part(Map<String, Value>),
}

impl Fields {
    /// Names with commas between.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text else {
            return Ok(Self(None));
        };
        let mut errors = Vec::new();
        let mut wanted = Vec::new();
        for name in text.split(',') {
            match ALL.into_iter().find(|it| *it == name.trim()) {
                Some(known) => wanted.push(known),
                None => errors.push(FieldError::new(
                    "fields",
                    "unknown",
                    format!("`{name}` is no field of a session"),
                )),
            }
        }
        if errors.is_empty() {
            return Ok(Self(Some(wanted)));
        }
        Err(Problem::new(Code::InvalidFields).errors(errors))
    }

    /// The session as it is shown.
    pub(super) fn of(&self, session: SessionBody) -> Item {
        let Some(wanted) = &self.0 else {
            return Item::Whole(session);
        };
        let Ok(Value::Object(mut members)) = serde_json::to_value(&session) else {
            return Item::Whole(session);
        };
        members.retain(|name, _| wanted.contains(&name.as_str()));
        Item::Part(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_a_session() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let session = &document["components"]["schemas"]["Session"]["properties"];
        let mut named: Vec<_> = session.as_object().unwrap().keys().cloned().collect();
        let mut all = ALL.to_vec();
        named.sort();
        all.sort_unstable();
        assert_eq!(named, all);
    }
}
