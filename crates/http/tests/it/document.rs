//! The OpenAPI document: whole, and true of what the routes do.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use lodger_http::Limits;
use lodger_http::token::SigningKey;
use serde_json::Value;

use crate::world::{app_on, nowhere, send};

fn document() -> Value {
    serde_json::to_value(lodger_http::openapi()).unwrap()
}

/// Each operation with its path and method.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, it)| (path.clone(), method.to_uppercase(), it.clone()))
    });
    each.collect()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(name)) = members.get("$ref") {
                found.insert(name.clone());
            }
            members.values().for_each(|it| references(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| references(it, found)),
        _ => {}
    }
}

#[test]
fn the_routes_are_those_that_are_promised() {
    let lines = operations(&document())
        .into_iter()
        .map(|(path, method, it)| {
            format!("{method} {path} {}", it["operationId"].as_str().unwrap())
        });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for reference in found {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference}");
    }
}

#[test]
fn operations_have_names_of_their_own_and_say_what_can_go_wrong() {
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document()) {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert!(names.insert(name.clone()), "{name} twice");
        assert!(operation["summary"].is_string(), "{method} {path}");
        if path.starts_with("/v1/") {
            assert!(operation["security"].is_array(), "{method} {path}");
            for status in ["401", "429", "503"] {
                let content = &operation["responses"][status]["content"];
                assert!(
                    content["application/problem+json"].is_object(),
                    "{method} {path} {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_route_for_users_asks_for_a_token_first() {
    let key = SigningKey::generate().unwrap();
    let app = app_on(nowhere(), &key, Limits::default());
    let id = "4a1e0001-aaaa-4bbb-8ccc-0123456789ab";
    for (path, method, _) in operations(&document()) {
        if !path.starts_with("/v1/") {
            continue;
        }
        let path = path.replace("{id}", id);
        let request = Request::builder().method(method.as_str()).uri(&path);
        let answer = send(&app, request.body(Body::empty()).unwrap()).await;
        answer.is_problem(401, "token_missing");
    }
}

#[test]
fn keys_and_conditions_say_how_they_can_be_wrong() {
    let mut found = 0;
    let codes = |answer: &Value| {
        answer["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for (path, method, operation) in operations(&document()) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for name in parameters.filter_map(|it| it["name"].as_str()) {
            let told: &[(&str, &str)] = match (name, method.as_str()) {
                ("Idempotency-Key", _) => &[
                    ("400", "malformed_request"),
                    ("409", "idempotency_mismatch"),
                    ("422", "invalid_fields"),
                ],
                ("If-Match", "PATCH" | "DELETE") => &[
                    ("409", "conflict"),
                    ("412", "version_mismatch"),
                    ("428", "precondition_required"),
                ],
                ("If-Match", _) => &[
                    ("409", "invalid_transition"),
                    ("409", "already_archived"),
                    ("409", "source_transferred"),
                    ("412", "version_mismatch"),
                ],
                _ => continue,
            };
            found += 1;
            for (status, code) in told {
                let told = codes(&operation["responses"][status]);
                let is_told = told.contains(&format!("`{code}`"));
                assert!(is_told, "{method} {path} {name} {status} {code}: {told}");
            }
        }
    }
    assert!(found > 10, "{found}");
}
