//! Tables: their columns, keys, foreign keys and indexes.

use squawk_syntax::{SyntaxKind as K, SyntaxNode};

use super::super::name::{child, ends_of, qualified, segments, token};
use super::super::place::Place;
use super::{lower_text, named, names};
use crate::clause::{
    AddColumn, Clause, Column, CreateTable, ForeignKey, Index, Key, Nullability, OnDelete, Rename,
    RowSecurity,
};
use crate::statement::QualifiedName;

pub(super) fn create_table(node: &SyntaxNode, place: &Place<'_>, found: &mut Vec<Clause>) {
    let name_node = node.descendants().find(|it| it.kind() == K::TABLE_NAME);
    let Some(name_node) = name_node else { return };
    let Some(name) = qualified(&name_node) else {
        return;
    };
    let arguments = child(node, K::TABLE_ARG_LIST);
    let parts: Vec<SyntaxNode> = arguments.iter().flat_map(SyntaxNode::children).collect();
    let columns = parts.iter().filter(|it| it.kind() == K::COLUMN);
    let open_ended = [K::INHERITS, K::PARTITION_OF, K::OF_TYPE]
        .iter()
        .any(|kind| child(node, *kind).is_some())
        || arguments.is_none()
        || parts.iter().any(|it| it.kind() == K::LIKE_CLAUSE);
    found.push(Clause::CreateTable(CreateTable {
        columns: columns.filter_map(|it| column(it, place)).collect(),
        temporary: child(node, K::TEMP).is_some(),
        partition_of: child(node, K::PARTITION_OF).and_then(|it| named(&it, &[K::TABLE_NAME_REF])),
        open_ended,
        span: place.node(&name_node),
        name: name.clone(),
    }));
    for part in &parts {
        match part.kind() {
            K::COLUMN => constraints_of_column(&name, part, place, found),
            _ => constraint_of_table(&name, part, place, found),
        }
    }
}

fn column(node: &SyntaxNode, place: &Place<'_>) -> Option<Column> {
    let name = child(node, K::COLUMN_NAME)?;
    let data_type = node.children().find(|it| is_type(it.kind()));
    let primary_key = child(node, K::PRIMARY_KEY_CONSTRAINT).is_some();
    Some(Column {
        span: place.node(&name),
        name: segments(&name).pop()?,
        data_type: data_type.map(|it| lower_text(&it)).unwrap_or_default(),
        not_null: primary_key || child(node, K::NOT_NULL_CONSTRAINT).is_some(),
        primary_key,
    })
}

fn is_type(kind: K) -> bool {
    matches!(
        kind,
        K::PATH_TYPE
            | K::ARRAY_TYPE
            | K::BIT_TYPE
            | K::BIT_VARYING_TYPE
            | K::CHARACTER_TYPE
            | K::DOUBLE_TYPE
            | K::INTERVAL_TYPE
            | K::PERCENT_TYPE
            | K::TIMESTAMP_TYPE
            | K::TIME_TYPE
            | K::VARCHAR_TYPE
    )
}

fn constraints_of_column(
    table: &QualifiedName,
    node: &SyntaxNode,
    place: &Place<'_>,
    found: &mut Vec<Clause>,
) {
    let Some(name) = child(node, K::COLUMN_NAME).and_then(|it| segments(&it).pop()) else {
        return;
    };
    for constraint in node.children() {
        match constraint.kind() {
            K::REFERENCES_CONSTRAINT => found.extend(
                foreign_key(table, vec![name.clone()], &constraint, place).map(Clause::ForeignKey),
            ),
            K::PRIMARY_KEY_CONSTRAINT | K::UNIQUE_CONSTRAINT => found.push(Clause::Key(Key {
                table: table.clone(),
                columns: vec![name.clone()],
                primary: constraint.kind() == K::PRIMARY_KEY_CONSTRAINT,
            })),
            _ => {}
        }
    }
}

fn constraint_of_table(
    table: &QualifiedName,
    node: &SyntaxNode,
    place: &Place<'_>,
    found: &mut Vec<Clause>,
) {
    match node.kind() {
        K::FOREIGN_KEY_CONSTRAINT => {
            let columns = child(node, K::FOREIGN_KEY_COLUMN_LIST);
            let columns = columns.map(|it| names(&it, K::COLUMN_NAME_REF));
            let key = foreign_key(table, columns.unwrap_or_default(), node, place);
            found.extend(key.map(Clause::ForeignKey));
        }
        K::PRIMARY_KEY_CONSTRAINT | K::UNIQUE_CONSTRAINT => {
            let parameters = child(node, K::INDEX_PARAMETERS);
            let list = parameters.and_then(|it| child(&it, K::CONSTRAINT_COLUMN_REF_LIST));
            found.push(Clause::Key(Key {
                table: table.clone(),
                columns: list
                    .map(|it| names(&it, K::COLUMN_NAME_REF))
                    .unwrap_or_default(),
                primary: node.kind() == K::PRIMARY_KEY_CONSTRAINT,
            }));
        }
        _ => {}
    }
}

fn foreign_key(
    table: &QualifiedName,
    columns: Vec<String>,
    node: &SyntaxNode,
    place: &Place<'_>,
) -> Option<ForeignKey> {
    let target = child(node, K::TABLE_NAME_REF)?;
    let target_columns = match node.kind() {
        K::REFERENCES_CONSTRAINT => child(node, K::COLUMN_NAME_REF)
            .and_then(|it| segments(&it).pop())
            .into_iter()
            .collect(),
        _ => node
            .children()
            .filter(|it| it.kind() == K::FOREIGN_KEY_COLUMN_LIST)
            .nth(1)
            .map(|it| names(&it, K::COLUMN_NAME_REF))
            .unwrap_or_default(),
    };
    let first = token(node, K::REFERENCES_KW)?;
    let (_, last) = ends_of(node)?;
    let name = child(node, K::CONSTRAINT_NAME_CLAUSE).map(|it| names(&it, K::CONSTRAINT_NAME));
    Some(ForeignKey {
        table: table.clone(),
        columns,
        target: qualified(&target)?,
        target_span: place.node(&target),
        target_columns,
        on_delete: child(node, K::ON_DELETE_ACTION).map(|it| on_delete(&it)),
        span: place.between(&first, &last),
        constraint: name.and_then(|mut it| it.pop()),
    })
}

fn on_delete(node: &SyntaxNode) -> OnDelete {
    match node.children().next().map(|it| it.kind()) {
        Some(K::CASCADE) => OnDelete::Cascade,
        Some(K::SET_NULL_COLUMNS) => OnDelete::SetNull(names(node, K::COLUMN_NAME_REF)),
        Some(K::SET_DEFAULT_COLUMNS) => OnDelete::SetDefault,
        Some(K::RESTRICT) => OnDelete::Restrict,
        _ => OnDelete::NoAction,
    }
}

pub(super) fn alter_table(node: &SyntaxNode, place: &Place<'_>, found: &mut Vec<Clause>) {
    let Some(table) = named(node, &[K::TABLE_NAME_REF]) else {
        return;
    };
    for action in node.children() {
        match action.kind() {
            K::ADD_COLUMN => {
                found.extend(column(&action, place).map(|column| {
                    let table = table.clone();
                    Clause::AddColumn(AddColumn { table, column })
                }));
                constraints_of_column(&table, &action, place, found);
            }
            K::ADD_CONSTRAINT => {
                for constraint in action.children() {
                    constraint_of_table(&table, &constraint, place, found);
                }
            }
            K::ENABLE_RLS | K::DISABLE_RLS | K::FORCE_RLS | K::NO_FORCE_RLS => {
                found.push(Clause::RowSecurity(RowSecurity {
                    table: table.clone(),
                    force: matches!(action.kind(), K::FORCE_RLS | K::NO_FORCE_RLS),
                    on: matches!(action.kind(), K::ENABLE_RLS | K::FORCE_RLS),
                    span: place.node(&action),
                }));
            }
            K::ALTER_COLUMN => found.extend(nullability(&table, &action).map(Clause::Nullability)),
            _ => found.extend(rename(&table, &action).map(Clause::Rename)),
        }
    }
}

fn nullability(table: &QualifiedName, action: &SyntaxNode) -> Option<Nullability> {
    let not_null = child(action, K::SET_NOT_NULL).is_some();
    (not_null || child(action, K::DROP_NOT_NULL).is_some()).then_some(())?;
    Some(Nullability {
        table: table.clone(),
        column: segments(&child(action, K::COLUMN_NAME_REF)?).pop()?,
        not_null,
    })
}

fn rename(table: &QualifiedName, action: &SyntaxNode) -> Option<Rename> {
    let (to, column) = match action.kind() {
        K::TABLE_RENAME_TO => (child(action, K::TABLE_NAME)?, None),
        K::SET_SCHEMA => (child(action, K::SCHEMA_REF)?, None),
        K::RENAME_COLUMN => (
            child(action, K::COLUMN_NAME)?,
            segments(&child(action, K::COLUMN_NAME_REF)?).pop(),
        ),
        _ => return None,
    };
    Some(Rename {
        table: table.clone(),
        to: segments(&to).pop()?,
        column,
        moves_schema: action.kind() == K::SET_SCHEMA,
    })
}

pub(super) fn index(node: &SyntaxNode, place: &Place<'_>) -> Option<Index> {
    let partial = child(node, K::WHERE_CLAUSE).is_some();
    let items = child(node, K::PARTITION_ITEM_LIST)?;
    let leading = items.children().filter(|it| it.kind() == K::PARTITION_ITEM);
    let plain = leading.map_while(|it| {
        let column = child(&it, K::NAME_REF)?;
        segments(&column).pop()
    });
    let name = node
        .descendants()
        .find(|it| it.kind() == K::INDEX)
        .or_else(|| node.descendants().find(|it| it.kind() == K::TABLE_NAME_REF))?;
    let text = lower_text(node);
    let behind = text.split_once(" on ").map_or("", |(_, rest)| rest);
    let behind = behind.trim_end_matches([';', ' ', '\n']);
    let method = behind.find(" using ").or_else(|| behind.find('('));
    let words: Vec<&str> = behind
        .get(method.unwrap_or(0)..)
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    Some(Index {
        table: named(node, &[K::TABLE_NAME_REF])?,
        span: place.node(&name),
        definition: words
            .join(" ")
            .replace("using btree ", "")
            .replace(" (", "("),
        unique: node
            .children_with_tokens()
            .any(|it| it.kind() == K::UNIQUE_KW),
        columns: if partial { Vec::new() } else { plain.collect() },
    })
}
