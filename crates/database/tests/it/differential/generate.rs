//! Random cases. The names are few, so that they collide often.

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::model::{
    Action, Body, Case, Column, Granted, Guard, Key, Kind, Name, Publish, Rest, Statement, Write,
};

/// The first are the likeliest.
const TABLES: &[&str] = &[
    "users", "users", "users", "users", "users", "jobs", "jobs", "jobs", "notes", "Tasks",
];
const VIEWS: &[&str] = &["active", "active", "notes"];
const TYPES: &[&str] = &["mood", "mood", "status"];
const FUNCTIONS: &[&str] = &["touch", "touch", "total", "active"];
const SEQUENCES: &[&str] = &["counter", "jobs_id_seq"];
const INDEXES: &[&str] = &["idx_a", "idx_b", "jobs_pkey", "users_title_key"];
const CONSTRAINTS: &[&str] = &["rule_a", "users_pkey", "jobs_user_id_fkey", "notes_check"];
const ON_TABLES: &[&str] = &["own", "own", "watch"];
const COLUMNS: &[&str] = &[
    "title", "title", "title", "user_id", "user_id", "id", "amount", "state",
];
const KINDS: &[&str] = &[
    "text",
    "text",
    "text",
    "uuid",
    "uuid",
    "bigint",
    "boolean",
    "timestamptz",
    "mood",
    "jsonb",
    "text[]",
];
const ROLES: &[&str] = &["anon", "authenticated", "service_role", "public"];
const SCHEMAS: &[&str] = &["shop", "public"];
const PATHS: &[&[&str]] = &[&["shop", "public"], &["public"], &["shop"]];
const PUBLICATIONS: &[&str] = &["feed", "supabase_realtime"];
const ON_DELETE: &[&str] = &["", " on delete cascade", " on delete set null"];
const TRIGGERED: &[&str] = &[
    "before update",
    "after insert",
    "before insert",
    "after delete",
];

fn one(pool: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    select(pool)
}

fn rarely() -> impl Strategy<Value = bool> + Clone {
    prop::bool::weighted(0.2)
}

/// Mostly unqualified: where such a name leads is what goes wrong.
fn named(pool: &'static [&'static str]) -> impl Strategy<Value = Name> + Clone {
    let schema = prop_oneof![
        7 => Just(None),
        2 => Just(Some("public")),
        1 => Just(Some("shop")),
    ];
    (schema, one(pool)).prop_map(|(schema, name)| Name { schema, name })
}

fn table() -> impl Strategy<Value = Name> + Clone {
    named(TABLES)
}

/// A table that a foreign key points to.
fn target() -> impl Strategy<Value = Name> + Clone {
    let landlords = Name {
        schema: Some("auth"),
        name: "users",
    };
    prop_oneof![3 => table(), 1 => Just(landlords)]
}

fn column() -> impl Strategy<Value = Column> + Clone {
    let references = (target(), one(ON_DELETE)).prop_map(|(table, on_delete)| Column {
        name: "user_id",
        kind: "uuid",
        rest: Rest::References {
            table,
            column: None,
            on_delete,
        },
    });
    let plain = (one(COLUMNS), one(KINDS), rest()).prop_map(|(name, kind, rest)| Column {
        name,
        kind,
        rest,
    });
    prop_oneof![2 => plain, 1 => references]
}

fn rest() -> impl Strategy<Value = Rest> + Clone {
    prop_oneof![
        6 => Just(Rest::Nothing),
        2 => Just(Rest::NotNull),
        1 => Just(Rest::Unique),
        1 => select(&["null", "null", "now()", "gen_random_uuid()", "'x'", "auth.uid()"][..])
            .prop_map(Rest::Default),
        1 => select(&["id is not null", "id is not null", "amount > 0", "title <> ''"][..])
            .prop_map(Rest::Check),
    ]
}

/// A table that other statements find what they look for in.
fn ordinary_table() -> impl Strategy<Value = Statement> + Clone {
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

fn create_table() -> impl Strategy<Value = Statement> + Clone {
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

fn create_relation() -> BoxedStrategy<Statement> {
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

fn create_other() -> BoxedStrategy<Statement> {
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

fn alter() -> BoxedStrategy<Statement> {
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

fn change() -> BoxedStrategy<Statement> {
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

fn other() -> BoxedStrategy<Statement> {
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

fn write() -> BoxedStrategy<Statement> {
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
