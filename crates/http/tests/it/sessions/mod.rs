//! Sessions: made, listed, changed, moved, deleted, and nobody else's.

mod changes;
mod lists;
mod made;
mod owners;

use serde_json::Value;

use crate::world::Answer;

fn path(session: &Value) -> String {
    format!("/v1/sessions/{}", session["id"].as_str().unwrap())
}

/// Which fields are wrong, and how.
fn told(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let each = errors.map(|it| format!("{} {}", text(&it["pointer"]), text(&it["code"])));
    each.collect()
}
