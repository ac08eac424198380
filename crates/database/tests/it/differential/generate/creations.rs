//! What is created.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::pools::{
    COLUMNS, FUNCTIONS, INDEXES, KINDS, ON_TABLES, ROLES, SEQUENCES, TABLES, TRIGGERED, TYPES,
    VIEWS, column, named, one, rarely, table,
};
use crate::differential::model::{Body, Column, Key, Name, Rest, Statement};

/// A table that other statements find what they look for in.
pub(super) fn ordinary_table() -> impl Strategy<Value = Statement> + Clone {
    let column = |name, kind| Column {
        name,
        kind,
        rest: Rest::Nothing,
    };
    let columns = vec![column("title", "text"), column("user_id", "uuid")];
    one(TABLES).prop_map(move |name| Statement::Table {
        guard: false,
        name: Name { schema: None, name },
        key: Key::Uuid,
        columns: columns.clone(),
        check: false,
    })
}

pub(super) fn create_table() -> impl Strategy<Value = Statement> + Clone {
    let key = prop_oneof![
        7 => Just(Key::Uuid),
        2 => Just(Key::Identity),
        1 => Just(Key::Serial),
        1 => Just(Key::Text),
        1 => Just(Key::None),
    ];
    let columns = (
        subsequence(&["title", "user_id", "amount", "state"][..], 1..=4),
        vec(column(), 4),
    )
        .prop_map(|(names, them)| {
            let renamed = names.into_iter().zip(them);
            renamed.map(|(name, it)| Column { name, ..it }).collect()
        });
    (any::<bool>(), table(), key, columns, rarely()).prop_map(
        |(guard, name, key, columns, check)| Statement::Table {
            guard,
            name,
            key,
            columns,
            check,
        },
    )
}

fn create_function() -> impl Strategy<Value = Statement> + Clone {
    let body = prop_oneof![
        3 => one(COLUMNS).prop_map(Body::Sets),
        1 => table().prop_map(Body::Writes),
        1 => table().prop_map(Body::Counts),
        1 => table().prop_map(Body::CountsAtomic),
        1 => Just(Body::Number),
        1 => one(KINDS).prop_map(Body::Takes),
    ];
    (any::<bool>(), named(FUNCTIONS), body, rarely()).prop_map(|(replace, name, body, definer)| {
        Statement::Function {
            replace,
            name,
            body,
            definer,
        }
    })
}

pub(super) fn create_relation() -> BoxedStrategy<Statement> {
    let index = (
        any::<bool>(),
        rarely(),
        prop::option::weighted(0.7, one(INDEXES)),
        table(),
        one(COLUMNS),
        rarely(),
    )
        .prop_map(
            |(guard, unique, name, table, column, partial)| Statement::Index {
                guard,
                unique,
                name,
                table,
                column,
                partial,
            },
        );
    let view = (
        any::<bool>(),
        rarely(),
        any::<bool>(),
        named(VIEWS),
        table(),
        prop::option::of(one(COLUMNS)),
    )
        .prop_map(
            |(replace, materialized, guard, name, table, column)| Statement::View {
                replace,
                materialized,
                guard,
                name,
                table,
                column,
            },
        );
    let sequence = (any::<bool>(), named(SEQUENCES))
        .prop_map(|(guard, name)| Statement::Sequence { guard, name });
    let copy = (any::<bool>(), table(), table())
        .prop_map(|(guard, name, from)| Statement::TableAs { guard, name, from });
    prop_oneof![10 => create_table(), 4 => index, 3 => view, 1 => sequence, 1 => copy].boxed()
}

pub(super) fn create_other() -> BoxedStrategy<Statement> {
    let trigger = (
        any::<bool>(),
        one(ON_TABLES),
        table(),
        named(FUNCTIONS),
        one(TRIGGERED),
    )
        .prop_map(
            |(replace, name, table, function, event)| Statement::Trigger {
                replace,
                name,
                table,
                function,
                event,
            },
        );
    let policy = (
        one(ON_TABLES),
        table(),
        select(&["all", "select", "insert", "delete"][..]),
        one(ROLES),
    )
        .prop_map(|(name, table, command, role)| Statement::Policy {
            name,
            table,
            command,
            role,
        });
    let rule = (any::<bool>(), one(ON_TABLES), table()).prop_map(|(replace, name, table)| {
        Statement::Rule {
            replace,
            name,
            table,
        }
    });
    let labels = subsequence(&["sad", "ok", "happy"][..], 1..=3);
    let kind = (named(TYPES), labels).prop_map(|(name, labels)| Statement::Enum { name, labels });
    let domain = named(TYPES).prop_map(|name| Statement::Domain { name });
    let composite = named(TYPES).prop_map(|name| Statement::Composite { name });
    let schema = any::<bool>().prop_map(|guard| Statement::Schema {
        guard,
        name: "shop",
    });
    prop_oneof![
        4 => create_function(), 3 => trigger, 2 => policy, 1 => rule, 3 => kind, 1 => domain,
        1 => composite, 2 => schema,
    ]
    .boxed()
}
