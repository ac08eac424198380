//! Random cases. The names are few, so that they collide often.

mod changes;
mod creations;
mod pools;

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::model::{Case, Guard, Statement};
use changes::{alter, change, other, write};
use creations::{create_other, create_relation, create_table, ordinary_table};
use pools::{PATHS, TABLES, named, rarely};

/// A statement without a DO block around it.
fn plain() -> BoxedStrategy<Statement> {
    prop_oneof![
        8 => create_relation(), 5 => create_other(), 6 => alter(), 5 => change(), 4 => other(),
        2 => write(),
    ]
    .boxed()
}

/// What a migration says.
fn said() -> BoxedStrategy<Statement> {
    let guard = prop_oneof![
        // Each that catches an error costs an embedded server or two.
        6 => Just(Guard::None),
        1 => select(&["duplicate_object", "duplicate_table", "others", "undefined_table"][..])
            .prop_map(Guard::Caught),
        4 => named(TABLES).prop_map(Guard::IfMissing),
    ];
    let block =
        (guard, rarely(), vec(plain(), 1..=2)).prop_map(|(guard, dynamic, body)| Statement::Do {
            guard,
            dynamic,
            body,
        });
    let path = select(PATHS).prop_map(|path| Statement::Path(path.to_vec()));
    prop_oneof![48 => plain(), 4 => block, 2 => path].boxed()
}

/// What stands there: rarely more than what is needed for a collision.
fn standing() -> BoxedStrategy<Statement> {
    prop_oneof![8 => create_relation(), 6 => create_other(), 2 => alter(), 2 => other(), 1 => write()].boxed()
}

/// Random cases.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    let group = |tables: RangeInclusive<usize>, rest| {
        let schema = Statement::Schema {
            guard: true,
            name: "shop",
        };
        (
            vec(Just(schema), 0..=1),
            vec(
                prop_oneof![3 => ordinary_table(), 2 => create_table()],
                tables,
            ),
            vec(standing(), 0..=rest),
            vec(write(), 0..=1),
        )
            .prop_map(|(schema, tables, rest, rows)| {
                let all = schema.into_iter().chain(tables).chain(rest);
                all.chain(rows).collect::<Vec<_>>()
            })
    };
    (
        group(0..=2, 2),
        group(0..=2, 3),
        group(0..=1, 3),
        vec(said(), 1..=6),
    )
        .prop_map(|(unclaimed, others, ours, pending)| Case {
            unclaimed,
            others,
            ours,
            pending,
        })
}
