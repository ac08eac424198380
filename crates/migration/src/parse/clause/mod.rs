//! Reads the clauses of a statement.

mod access;
mod routine;
mod table;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};

use super::name::{child, qualified, segments};
use super::place::Place;
use crate::clause::{Cascade, Clause, PublicationTables, Setting, Upsert};
use crate::statement::QualifiedName;

/// The clauses among the nodes of a statement.
pub(crate) fn clauses(nodes: &[SyntaxNode], place: &Place<'_>) -> Vec<Clause> {
    let mut found = Vec::new();
    for node in nodes {
        read(node, place, &mut found);
        if place.body.is_some() {
            routine::guards(node, place, &mut found);
        }
    }
    found
}

fn read(node: &SyntaxNode, place: &Place<'_>, found: &mut Vec<Clause>) {
    match node.kind() {
        K::CREATE_TABLE | K::CREATE_FOREIGN_TABLE | K::CREATE_TABLE_AS | K::SELECT_INTO => {
            table::create_table(node, place, found);
        }
        K::ALTER_TABLE | K::ALTER_FOREIGN_TABLE => table::alter_table(node, place, found),
        K::CREATE_INDEX => found.extend(table::index(node, place).map(Clause::Index)),
        K::CREATE_POLICY | K::ALTER_POLICY => {
            found.extend(access::policy(node, place).map(Clause::Policy));
        }
        K::GRANT | K::REVOKE => {
            found.extend(access::privileges(node, place).map(Clause::Privileges));
        }
        K::ALTER_DEFAULT_PRIVILEGES => {
            let read = access::default_privileges(node, place);
            found.extend(read.map(Clause::DefaultPrivileges));
        }
        K::CREATE_FUNCTION | K::CREATE_PROCEDURE => {
            found.extend(routine::function(node, place).map(Clause::Function));
        }
        K::ALTER_FUNCTION | K::ALTER_PROCEDURE | K::ALTER_ROUTINE => {
            found.extend(routine::pins_search_path(node).map(Clause::PinsSearchPath));
        }
        K::CREATE_TRIGGER => found.extend(routine::trigger(node, place).map(Clause::Trigger)),
        K::SET => found.extend(setting(node, place).map(Clause::Setting)),
        K::CALL_EXPR => found.extend(set_config(node, place).map(Clause::Setting)),
        K::CONFLICT_DO_UPDATE_SET => found.extend(upsert(node, place).map(Clause::Upsert)),
        K::CASCADE => found.extend(cascade(node, place).map(Clause::Cascade)),
        K::SET_PUBLICATION_OBJECTS | K::FOR_ALL_PUBLICATION_OBJECTS => {
            found.extend(publication(node, place).map(Clause::PublicationTables));
        }
        _ => {}
    }
}

/// The name in the first child of one of these kinds.
fn named(node: &SyntaxNode, kinds: &[K]) -> Option<QualifiedName> {
    node.descendants()
        .find(|it| kinds.contains(&it.kind()))
        .and_then(|it| qualified(&it))
}

/// The plain names of all descendants of one kind.
fn names(node: &SyntaxNode, kind: K) -> Vec<String> {
    node.descendants()
        .filter(|it| it.kind() == kind)
        .filter_map(|it| segments(&it).pop())
        .collect()
}

fn lower_text(node: &SyntaxNode) -> String {
    node.text().to_string().trim().to_ascii_lowercase()
}

fn setting(node: &SyntaxNode, place: &Place<'_>) -> Option<Setting> {
    let config = child(node, K::SET_CONFIG)?;
    let name = segments(&child(&config, K::CONFIG_PARAMETER_REF)?).join(".");
    let values = child(&config, K::TO_CONFIG_VALUE)?
        .children()
        .filter_map(|it| match it.kind() {
            K::CONFIG_VALUE_NAME => segments(&it).pop(),
            K::LITERAL => Some(literal(&it)),
            _ => None,
        })
        .collect();
    let span = place.node(node);
    Some(Setting { name, values, span })
}

fn set_config(node: &SyntaxNode, place: &Place<'_>) -> Option<Setting> {
    let called = super::mention::called(node)?;
    (called.name == "set_config").then_some(())?;
    let mut arguments = child(node, K::ARG_LIST)?
        .children()
        .filter(|it| it.kind() == K::ARG)
        .map(|argument| child(&argument, K::LITERAL).map(|it| literal(&it)));
    let name = arguments.next()??.to_ascii_lowercase();
    let value = arguments.next()??;
    let values = value
        .split(',')
        .map(|it| it.trim().trim_matches('"').to_owned())
        .collect();
    let span = place.node(node);
    Some(Setting { name, values, span })
}

/// What a literal stands for; its text where it is no string.
fn literal(node: &SyntaxNode) -> String {
    let text = node.text().to_string();
    ast::Literal::cast(node.clone())
        .and_then(|it| it.decoded_value())
        .map_or(text, squawk_syntax::decoded_text::DecodedText::into_text)
}

fn upsert(node: &SyntaxNode, place: &Place<'_>) -> Option<Upsert> {
    let insert = node.ancestors().find(|it| it.kind() == K::INSERT)?;
    Some(Upsert {
        table: qualified(&child(&insert, K::RELATION_NAME_REF)?)?,
        span: place.node(node),
    })
}

/// CASCADE of a DROP, a TRUNCATE or a REVOKE; that of a foreign key is something else.
fn cascade(node: &SyntaxNode, place: &Place<'_>) -> Option<Cascade> {
    let parent = node.parent()?.kind();
    let of_key = matches!(parent, K::ON_DELETE_ACTION | K::ON_UPDATE_ACTION);
    let harmless = matches!(parent, K::CREATE_EXTENSION | K::REVOKE);
    (!of_key && !harmless).then(|| Cascade {
        span: place.node(node),
    })
}

fn publication(node: &SyntaxNode, place: &Place<'_>) -> Option<PublicationTables> {
    let statement = node.parent()?;
    Some(PublicationTables {
        publication: named(&statement, &[K::PUBLICATION, K::PUBLICATION_REF])?.name,
        all: node.kind() == K::FOR_ALL_PUBLICATION_OBJECTS,
        span: place.node(node),
    })
}
