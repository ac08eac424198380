//! What runs: functions, triggers, and what a DO block does in order not to fail.

use squawk_syntax::{SyntaxKind as K, SyntaxNode};

use super::super::kind::has_or_replace;
use super::super::mention::called;
use super::super::name::{child, qualified, segments};
use super::super::place::Place;
use super::super::text::{inside_dollars, words};
use super::{literal, lower_text, named};
use crate::clause::{Clause, Function, Guard, PinsSearchPath, Trigger};

pub(super) fn function(node: &SyntaxNode, place: &Place<'_>) -> Option<Function> {
    let name = node
        .children()
        .find(|it| matches!(it.kind(), K::FUNCTION_NAME | K::PROCEDURE_NAME))?;
    let options = child(node, K::FUNC_OPTION_LIST);
    let option = |kind| options.as_ref().and_then(|it| child(it, kind));
    let language = option(K::LANGUAGE_FUNC_OPTION).map(|it| lower_text(&it));
    let language = language.and_then(|it| it.split_whitespace().nth(1).map(str::to_owned));
    let definition = option(K::AS_FUNC_OPTION).and_then(|it| child(&it, K::AS_DEFINITION));
    let definition = definition.and_then(|it| child(&it, K::LITERAL));
    let quoted = definition.as_ref().map(|it| it.text().to_string());
    let before_body = quoted
        .filter(|it| it.starts_with('$'))
        .map_or(0, |it| (it.len() - inside_dollars(&it).len()) / 2);
    let returns = child(node, K::RET_TYPE).map(|it| lower_text(&it));
    Some(Function {
        name: qualified(&name)?,
        span: place.node(&name),
        replaces: has_or_replace(node),
        security_definer: option(K::SECURITY_DEFINER_FUNC_OPTION).is_some(),
        pins_search_path: options.as_ref().is_some_and(sets_search_path),
        language: language.unwrap_or_default().trim_matches('\'').to_owned(),
        body: definition.as_ref().map(literal).unwrap_or_default(),
        body_start: definition.map_or(0, |it| place.node(&it).start + before_body),
        returns_trigger: returns.is_some_and(|it| it.ends_with("trigger")),
    })
}

fn sets_search_path(options: &SyntaxNode) -> bool {
    options
        .children()
        .filter(|it| it.kind() == K::SET_FUNC_OPTION)
        .flat_map(|it| it.descendants())
        .any(|it| it.kind() == K::CONFIG_PARAMETER_REF && segments(&it) == ["search_path"])
}

pub(super) fn pins_search_path(node: &SyntaxNode) -> Option<PinsSearchPath> {
    let options = child(node, K::FUNC_OPTION_LIST)?;
    sets_search_path(&options).then_some(())?;
    Some(PinsSearchPath {
        function: named(node, &[K::FUNCTION_NAME_REF, K::PROCEDURE_NAME_REF])?,
    })
}

pub(super) fn trigger(node: &SyntaxNode, place: &Place<'_>) -> Option<Trigger> {
    let name = child(node, K::TRIGGER)?;
    let on = child(node, K::ON_RELATION)?;
    let table = child(&on, K::RELATION_NAME_REF)?;
    let text = lower_text(node);
    let head = text.split(" on ").next().unwrap_or_default();
    let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric()).collect();
    let events = ["insert", "update", "delete", "truncate"];
    let each = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Trigger {
        events: events
            .iter()
            .filter(|event| words.contains(*event))
            .map(|event| (*event).to_owned())
            .collect(),
        for_each_row: each.contains("for each row") || each.contains("for row "),
        name: segments(&name).pop()?,
        span: place.node(&name),
        table: qualified(&table)?,
        table_span: place.node(&table),
        function: called(&child(node, K::CALL_EXPR)?)?,
        replaces: has_or_replace(node),
    })
}

/// Exceptions that say "it is there already". `others` swallows these too.
const COLLISIONS: &[&str] = &[
    "duplicate_object",
    "duplicate_table",
    "duplicate_column",
    "duplicate_function",
    "duplicate_alias",
    "others",
];

/// Words that make a question about a catalog one about a single schema or relation.
const SCHEMA_WORDS: &[&str] = &[
    "schemaname",
    "table_schema",
    "nspname",
    "typnamespace",
    "relnamespace",
    "pronamespace",
    "connamespace",
    "trigger_schema",
    "event_object_schema",
    "constraint_schema",
    "routine_schema",
    "regclass",
    "regtype",
    "regproc",
    "regprocedure",
    "regnamespace",
    "udt_schema",
];

/// The catalogs and views that list what is there, apart from those that only say who is a member.
fn is_catalog(name: &crate::statement::QualifiedName) -> bool {
    let known = name.name.starts_with("pg_") && name.name != "pg_publication_tables";
    match name.schema.as_deref() {
        Some("information_schema") => true,
        None | Some("pg_catalog") => known,
        _ => false,
    }
}

/// What a node of a DO block does in order not to fail on something that is there.
pub(super) fn guards(node: &SyntaxNode, place: &Place<'_>, found: &mut Vec<Clause>) {
    match node.kind() {
        K::PLPGSQL_EXCEPTION_HANDLER => {
            let reraises = node
                .descendants_with_tokens()
                .any(|it| it.kind() == K::RAISE_KW)
                && !lower_text(node).contains("raise notice")
                && !lower_text(node).contains("raise info");
            let conditions = node
                .children()
                .filter(|it| it.kind() == K::PLPGSQL_CONDITION);
            for condition in conditions.filter(|_| !reraises) {
                let what = lower_text(&condition);
                if COLLISIONS.contains(&what.as_str()) {
                    found.push(Clause::Guard(Guard {
                        what,
                        swallows: true,
                        names_schema: false,
                        span: place.node(&condition),
                    }));
                }
            }
        }
        K::PLPGSQL_IF_STMT => {
            let Some(question) = child(node, K::PLPGSQL_EXPR) else {
                return;
            };
            let asked = question
                .descendants()
                .filter(|it| it.kind() == K::RELATION_NAME_REF)
                .find_map(|it| Some((qualified(&it).filter(is_catalog)?, place.node(&it))));
            if let Some((catalog, span)) = asked {
                let words = words(&question.text().to_string());
                found.push(Clause::Guard(Guard {
                    what: catalog.name,
                    swallows: false,
                    names_schema: SCHEMA_WORDS.iter().any(|it| words.contains(*it)),
                    span,
                }));
            }
        }
        _ => {}
    }
}
