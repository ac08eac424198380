//! Finds everything that is wrong with a body: what was found is put right for a moment, to see what else there is.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::problem::FieldError;

/// A body or query that has more wrong with it than that is told of so much.
pub(super) const MOST: usize = 20;
const SOME_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The body as it could be if nothing were wrong, unless that cannot be guessed, and what is wrong.
pub(super) fn mend<T: DeserializeOwned>(mut body: Value) -> (Option<T>, Vec<FieldError>) {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut stand_ins = stand_ins();
    while errors.len() < MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&body) {
            Ok(value) => return (Some(value), errors),
            Err(error) => field(&error.inner().to_string(), pointer(error.path())),
        };
        let place = error.pointer.clone();
        if error.code == "unknown" {
            errors.push(error);
            remove(&mut body, &place);
            continue;
        }
        // the same place again: what was put there did not do
        if errors.last().map(|it| &it.pointer) != Some(&place) {
            errors.push(error);
            stand_ins = self::stand_ins();
        }
        let put = stand_ins.pop().map(|it| put(&mut body, &place, it));
        if put.flatten().is_none() {
            return (None, errors);
        }
    }
    (None, errors)
}

/// Something of every type that a field can have, the last one first.
fn stand_ins() -> Vec<Value> {
    vec![
        json!({}),
        json!([]),
        json!(false),
        json!(0),
        json!(SOME_ID),
        json!(""),
        Value::Null,
    ]
}

/// A place's parent and its name there.
fn parts(place: &str) -> Option<(&str, String)> {
    let (parent, name) = place.rsplit_once('/')?;
    Some((parent, name.replace("~1", "/").replace("~0", "~")))
}

fn put(body: &mut Value, place: &str, value: Value) -> Option<()> {
    if let Some(found) = body.pointer_mut(place).filter(|_| !place.is_empty()) {
        *found = value;
        return Some(());
    }
    let (parent, name) = parts(place)?;
    let members = body.pointer_mut(parent)?.as_object_mut()?;
    members.insert(name, value);
    Some(())
}

fn remove(body: &mut Value, place: &str) {
    let Some((parent, name)) = parts(place) else {
        return;
    };
    if let Some(members) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
        members.remove(&name);
    }
}

/// serde tells what is wrong in a sentence; which of its few it is decides the code.
pub(super) fn field(message: &str, pointer: String) -> FieldError {
    // the place in the text is worth nothing beside the pointer
    let message = message.split(" at line ").next().unwrap_or_default();
    let named = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        rest.split('`').next().map(ToOwned::to_owned)
    };
    if let Some(name) = named("missing field `") {
        return FieldError::new(format!("{pointer}/{name}"), "missing", "is missing");
    }
    if message.starts_with("unknown field `") {
        return FieldError::new(pointer, "unknown", "is not a field here");
    }
    FieldError::new(pointer, "invalid", message)
}

pub(super) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}
