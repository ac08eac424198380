//! Who may do what: policies and privileges.

use squawk_syntax::{SyntaxKind as K, SyntaxNode};

use super::super::mention::called;
use super::super::name::{child, qualified, segments};
use super::super::place::Place;
use super::super::text::words;
use super::{lower_text, named, names};
use crate::clause::{DefaultPrivileges, Policy, Privileges};
use crate::diagnostic::Span;

pub(super) fn policy(node: &SyntaxNode, place: &Place<'_>) -> Option<Policy> {
    let name = child(node, K::POLICY).or_else(|| child(node, K::POLICY_REF))?;
    let command = child(node, K::POLICY_COMMAND).map(|it| lower_text(&it));
    let command = command.and_then(|it| it.split_whitespace().nth(1).map(str::to_owned));
    let kind = child(node, K::AS_POLICY_TYPE).map(|it| lower_text(&it));
    let roles = node.descendants().find(|it| it.kind() == K::POLICY_ROLES);
    let expressions: Vec<SyntaxNode> = node
        .descendants()
        .filter(|it| matches!(it.kind(), K::USING_EXPR_CLAUSE | K::WITH_CHECK_EXPR_CLAUSE))
        .collect();
    let text: Vec<String> = expressions.iter().map(|it| it.text().to_string()).collect();
    Some(Policy {
        name: segments(&name).pop()?,
        table: named(&child(node, K::ON_TABLE)?, &[K::TABLE_NAME_REF])?,
        span: place.node(&name),
        creates: node.kind() == K::CREATE_POLICY,
        command: command.unwrap_or_else(|| "all".to_owned()),
        permissive: !kind.is_some_and(|it| it.ends_with("restrictive")),
        roles: roles.map(|it| names(&it, K::ROLE_REF)).unwrap_or_default(),
        words: words(&text.join(" ")).into_iter().collect(),
        using: condition(node, K::USING_EXPR_CLAUSE),
        check: condition(node, K::WITH_CHECK_EXPR_CLAUSE),
        reads: expressions
            .iter()
            .flat_map(SyntaxNode::descendants)
            .filter(|it| it.kind() == K::RELATION_NAME_REF)
            .filter_map(|it| qualified(&it))
            .collect(),
        calls_per_row: expressions
            .iter()
            .flat_map(|it| calls_per_row(it, place))
            .collect(),
    })
}

/// The expression of a clause, in lower case without spaces and brackets around it.
fn condition(node: &SyntaxNode, kind: K) -> Option<String> {
    let clause = node.descendants().find(|it| it.kind() == kind)?;
    let text = lower_text(&clause);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = text
        .trim_start_matches("using")
        .trim_start_matches("withcheck");
    Some(bare.trim_matches(['(', ')']).to_owned())
}

/// Calls that give the same answer for every row, outside of a sub-select that Postgres would run
/// once. A sub-select that reads rows runs its own calls once per row of those.
fn calls_per_row(expression: &SyntaxNode, place: &Place<'_>) -> Vec<(String, Span)> {
    let calls = expression
        .descendants()
        .filter(|it| it.kind() == K::CALL_EXPR);
    calls
        .filter_map(|call| {
            let called = called(&call)?;
            let name = match called.schema.as_deref() {
                Some("auth") if ["uid", "jwt", "role", "email"].contains(&called.name.as_str()) => {
                    format!("auth.{}()", called.name)
                }
                None | Some("pg_catalog") if called.name == "current_setting" => {
                    "current_setting(…)".to_owned()
                }
                _ => return None,
            };
            let within = call.ancestors().take_while(|it| it != expression);
            let select = within.into_iter().find(|it| it.kind() == K::SELECT);
            let wrapped = select.is_some_and(|it| child(&it, K::FROM_CLAUSE).is_none());
            (!wrapped).then(|| (name, place.node(&call)))
        })
        .collect()
}

pub(super) fn privileges(node: &SyntaxNode, place: &Place<'_>) -> Option<Privileges> {
    let on = child(node, K::ON_PRIVILEGE_OBJECTS_CLAUSE)?;
    let target = on.first_child()?;
    let all = format!("{:?}", target.kind());
    let all = all
        .strip_prefix("PRIVILEGE_ALL_")
        .and_then(|it| it.strip_suffix("_IN_SCHEMA"))
        .map(str::to_ascii_lowercase);
    let relations = target
        .children()
        .filter(|it| matches!(it.kind(), K::RELATION_NAME_REF | K::SEQUENCE_REF));
    let functions = on.descendants().filter(|it| {
        matches!(
            it.kind(),
            K::FUNCTION_NAME_REF | K::PROCEDURE_NAME_REF | K::ROUTINE_NAME_REF
        )
    });
    let commands = child(node, K::REVOKE_COMMAND_LIST);
    let of_columns = commands
        .as_ref()
        .is_some_and(|it| it.text().to_string().contains('('));
    let commands = commands.iter().flat_map(SyntaxNode::children);
    Some(Privileges {
        grants: node.kind() == K::GRANT,
        relations: relations.filter_map(|it| qualified(&it)).collect(),
        functions: functions.filter_map(|it| qualified(&it)).collect(),
        of_columns,
        schemas: if all.is_some() {
            names(&target, K::SCHEMA_REF)
        } else {
            Vec::new()
        },
        all,
        roles: child(node, K::ROLE_REF_LIST)
            .map(|it| names(&it, K::ROLE_REF))
            .unwrap_or_default(),
        privileges: commands
            .filter_map(|it| lower_text(&it).split(['(', ' ']).next().map(str::to_owned))
            .collect(),
        span: place.node(&target),
    })
}

pub(super) fn default_privileges(
    node: &SyntaxNode,
    place: &Place<'_>,
) -> Option<DefaultPrivileges> {
    let change = child(node, K::GRANT_DEFAULT_PRIVILEGES)
        .or_else(|| child(node, K::REVOKE_DEFAULT_PRIVILEGES))?;
    let schemas = child(node, K::IN_SCHEMAS).map(|it| names(&it, K::SCHEMA_REF));
    let kinds = change.children().map(|it| format!("{:?}", it.kind()));
    let kind = kinds.into_iter().find_map(|it| {
        it.strip_prefix("PRIVILEGE_TARGET_")
            .map(str::to_ascii_lowercase)
    });
    Some(DefaultPrivileges {
        schemas: schemas.unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        grants: change.kind() == K::GRANT_DEFAULT_PRIVILEGES,
        roles: child(&change, K::ROLE_REF_LIST)
            .map(|it| names(&it, K::ROLE_REF))
            .unwrap_or_default(),
        span: place.node(&change),
    })
}
