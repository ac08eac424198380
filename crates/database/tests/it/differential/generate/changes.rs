//! What is done to things that are there.

use proptest::prelude::*;
use proptest::sample::select;

use super::pools::{
    COLUMNS, CONSTRAINTS, FUNCTIONS, INDEXES, KINDS, ON_DELETE, ON_TABLES, PUBLICATIONS, ROLES,
    SCHEMAS, SEQUENCES, TABLES, TYPES, VIEWS, column, named, one, rarely, table, target,
};
use crate::differential::model::{Action, Granted, Kind, Name, Publish, Statement, Write};

pub(super) fn alter() -> BoxedStrategy<Statement> {
    let columns = prop_oneof![
        4 => (any::<bool>(), column()).prop_map(|(guard, column)| Action::AddColumn { guard, column }),
        2 => (any::<bool>(), one(COLUMNS), rarely())
            .prop_map(|(guard, column, cascade)| Action::DropColumn { guard, column, cascade }),
        1 => (one(COLUMNS), one(COLUMNS)).prop_map(|(from, to)| Action::RenameColumn { from, to }),
        1 => (one(COLUMNS), one(KINDS)).prop_map(|(column, kind)| Action::Type { column, kind }),
        1 => (one(COLUMNS), any::<bool>()).prop_map(|(column, on)| Action::NotNull { column, on }),
        1 => (one(COLUMNS), prop::option::of(select(&["null", "now()"][..])))
            .prop_map(|(column, value)| Action::Default { column, value }),
    ];
    let name = || prop::option::of(one(CONSTRAINTS));
    let constraints = prop_oneof![
        3 => (name(), one(COLUMNS), target(), one(ON_DELETE), rarely()).prop_map(
            |(name, column, table, on_delete, not_valid)| Action::ForeignKey {
                name, column, table, on_delete, not_valid
            }
        ),
        1 => (name(), one(COLUMNS)).prop_map(|(name, column)| Action::Unique { name, column }),
        1 => (name(), one(COLUMNS)).prop_map(|(name, column)| Action::Check { name, column }),
        2 => (any::<bool>(), one(CONSTRAINTS), rarely())
            .prop_map(|(guard, name, cascade)| Action::DropConstraint { guard, name, cascade }),
    ];
    let switches = prop_oneof![
        2 => select(&["enable", "disable", "force", "no force"][..]).prop_map(Action::Security),
        1 => (any::<bool>(), one(ON_TABLES)).prop_map(|(enable, name)| Action::Trigger { enable, name }),
    ];
    let action = prop_oneof![3 => columns, 2 => constraints, 1 => switches];
    (rarely(), table(), action)
        .prop_map(|(guard, table, action)| Statement::Alter {
            guard,
            table,
            action,
        })
        .boxed()
}

/// A kind of object with a name from its pool.
fn object() -> BoxedStrategy<(Kind, Name)> {
    let of = |kind: Kind, pool| named(pool).prop_map(move |name| (kind, name));
    prop_oneof![
        6 => of(Kind::Table, TABLES),
        2 => of(Kind::View, VIEWS),
        1 => of(Kind::MaterializedView, VIEWS),
        2 => of(Kind::Index, INDEXES),
        1 => of(Kind::Sequence, SEQUENCES),
        2 => of(Kind::Type, TYPES),
        1 => of(Kind::Domain, TYPES),
        3 => of(Kind::Function, FUNCTIONS),
        1 => of(Kind::Schema, &["shop"]),
        1 => of(Kind::Publication, PUBLICATIONS),
    ]
    .boxed()
}

pub(super) fn change() -> BoxedStrategy<Statement> {
    let drop = (object(), any::<bool>(), prop::bool::weighted(0.4)).prop_map(
        |((kind, name), guard, cascade)| Statement::Drop {
            kind,
            guard,
            name,
            cascade,
        },
    );
    let drop_on = (
        select(&["policy", "trigger", "rule"][..]),
        any::<bool>(),
        one(ON_TABLES),
        table(),
    )
        .prop_map(|(kind, guard, name, table)| Statement::DropOn {
            kind,
            guard,
            name,
            table,
        });
    let rename =
        (object(), one(TABLES)).prop_map(|((kind, name), to)| Statement::Rename { kind, name, to });
    let move_ =
        (object(), one(SCHEMAS)).prop_map(|((kind, name), to)| Statement::Move { kind, name, to });
    prop_oneof![6 => drop, 3 => drop_on, 2 => rename, 1 => move_].boxed()
}

fn privilege() -> BoxedStrategy<Statement> {
    let on = prop_oneof![
        4 => table().prop_map(Granted::Table),
        1 => (table(), one(COLUMNS)).prop_map(|(table, column)| Granted::Column(table, column)),
        1 => one(SCHEMAS).prop_map(Granted::AllTables),
        1 => one(SCHEMAS).prop_map(Granted::Schema),
        1 => named(FUNCTIONS).prop_map(Granted::Function),
        1 => named(SEQUENCES).prop_map(Granted::Sequence),
    ];
    let grant = (
        rarely(),
        select(&["select", "insert", "all"][..]),
        on,
        one(ROLES),
    )
        .prop_map(|(revoke, privilege, on, role)| Statement::Grant {
            revoke,
            privilege,
            on,
            role,
        });
    let defaults = (
        rarely(),
        select(&["tables", "functions", "sequences"][..]),
        prop::option::of(one(SCHEMAS)),
        one(ROLES),
    )
        .prop_map(
            |(revoke, kind, schema, role)| Statement::DefaultPrivileges {
                revoke,
                kind,
                schema,
                role,
            },
        );
    prop_oneof![4 => grant, 1 => defaults].boxed()
}

pub(super) fn other() -> BoxedStrategy<Statement> {
    let comment = (
        object(),
        prop::option::weighted(0.3, one(COLUMNS)),
        select(&["'mine'", "null"][..]),
    )
        .prop_map(|((kind, name), column, text)| Statement::Comment {
            kind,
            name,
            column,
            text,
        });
    let action = select(
        &[
            Publish::Add,
            Publish::Create,
            Publish::CreateEmpty,
            Publish::Set,
            Publish::Drop,
        ][..],
    );
    let publication = (one(PUBLICATIONS), action, table()).prop_map(|(name, action, table)| {
        Statement::Publication {
            name,
            action,
            table,
        }
    });
    let label = (any::<bool>(), named(TYPES), select(&["sad", "furious"][..]))
        .prop_map(|(guard, name, label)| Statement::Label { guard, name, label });
    prop_oneof![5 => privilege(), 2 => comment, 2 => publication, 1 => label].boxed()
}

pub(super) fn write() -> BoxedStrategy<Statement> {
    let command = select(
        &[
            Write::InsertDefaults,
            Write::Insert,
            Write::Update,
            Write::Delete,
            Write::Truncate,
        ][..],
    );
    (command, table(), one(COLUMNS))
        .prop_map(|(command, table, column)| Statement::Write {
            command,
            table,
            column,
        })
        .boxed()
}
