//! The project's foreign keys that point at another table of users.

use std::collections::BTreeSet;

use lodger_migration::catalog::{Constraint, ForeignKey, Object};
use lodger_migration::names::is_users_like;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Owner;
use lodger_migration::repair::{Identity, RightKey, WrongKey};
use lodger_migration::settings::Settings;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::{OrphanChoice, RepairError, ask};
use crate::prepare::Present;

/// What is said of a right key that an earlier repair has left.
const UNCHECKED: &str = "it points at the users and is NOT VALID; --orphans map or delete sees to the rows without a \
                         user and validates it";

/// A wrong foreign key, or one that an earlier repair has left to be checked.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) constraint: ObjectId,
    pub(super) table: ObjectId,
    pub(super) target: ObjectId,
    pub(super) owner: Owner,
    /// The column's name, as the catalog has it.
    pub(super) column: String,
    pub(super) wrong: WrongKey,
}

/// A wrong foreign key that cannot be repaired like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The foreign key.
    pub constraint: ObjectId,
    /// Why.
    pub reason: String,
}

/// Finds them among the claimed tables. With an answer to what becomes of rows without a user, right keys that
/// are NOT VALID are taken up as well.
pub(super) async fn load(
    client: &Client,
    present: &Present,
    settings: &Settings,
    choice: &OrphanChoice,
) -> Result<(Identity, Vec<Found>, Vec<Left>), RepairError> {
    let identity = identity(client, present, settings).await?;
    let (mut found, mut left) = (Vec::new(), Vec::new());
    for (id, entry) in &present.snapshot.entries {
        let Object::Constraint(constraint) = &entry.object else {
            continue;
        };
        let (Some(key), Some(table)) = (&constraint.foreign_key, id.parent_table()) else {
            continue;
        };
        let target = ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table);
        let ours = present.ownership.owner(&table, &present.snapshot) == Owner::Ours;
        let right = is_right(settings, key);
        let unchecked = right && !constraint.validated;
        let wrong = !right && target != table && is_users_like(&target.name);
        if !ours || !(unchecked || wrong) {
            continue;
        }
        match choice {
            OrphanChoice::Refuse if unchecked => {
                let (constraint, reason) = (id.clone(), UNCHECKED.to_owned());
                left.push(Left { constraint, reason });
                continue;
            }
            // Who keeps the rows knows.
            OrphanChoice::Keep if unchecked => continue,
            _ => {}
        }
        if let Some(reason) = not_repairable(present, &table, constraint, &identity) {
            let constraint = id.clone();
            left.push(Left { constraint, reason });
            continue;
        }
        let column = constraint.columns.first().cloned().unwrap_or_default();
        let wrong = wrong_key(client, present, settings, (id, &table), &column, key).await?;
        found.push(Found {
            constraint: id.clone(),
            owner: present.ownership.owner(&target, &present.snapshot),
            table,
            target,
            column,
            wrong,
        });
    }
    Ok((identity, found, left))
}

/// Does it point at the identity table?
fn is_right(settings: &Settings, key: &ForeignKey) -> bool {
    let identity = &settings.identity_table;
    key.schema == identity.schema && key.table == identity.name
}

fn not_repairable(
    present: &Present,
    table: &ObjectId,
    constraint: &Constraint,
    identity: &Identity,
) -> Option<String> {
    let [column] = constraint.columns.as_slice() else {
        return Some("it has several columns, and the users' key has one".to_owned());
    };
    let Some(Object::Table(it)) = present.snapshot.get(table).map(|entry| &entry.object) else {
        return Some("its table cannot be read".to_owned());
    };
    let data_type = it.columns.iter().find(|it| it.name == *column);
    let data_type = data_type.map_or("", |it| it.data_type.as_str());
    (data_type != identity.data_type).then(|| {
        format!(
            "column {column} is of type {data_type}, and a user's key is of type {}: the column has to change first",
            identity.data_type
        )
    })
}

async fn identity(
    client: &Client,
    present: &Present,
    settings: &Settings,
) -> Result<Identity, RepairError> {
    let it = &settings.identity_table;
    let id = ObjectId::in_schema(ObjectKind::Table, &it.schema, &it.name);
    let column = match present.snapshot.get(&id).map(|entry| &entry.object) {
        Some(Object::Table(table)) => table.columns.iter().find(|column| column.name == it.column),
        _ => None,
    };
    let column = column.filter(|column| column.data_type == "uuid");
    let column =
        column.ok_or_else(|| RepairError::NoIdentity(format!("{}.{}", it.schema, it.name)))?;
    Ok(Identity {
        table: format!(
            "{}.{}",
            plain(client, &it.schema).await?,
            plain(client, &it.name).await?
        ),
        column: plain(client, &it.column).await?,
        data_type: column.data_type.clone(),
    })
}

async fn wrong_key(
    client: &Client,
    present: &Present,
    settings: &Settings,
    (id, table): (&ObjectId, &ObjectId),
    column: &str,
    key: &ForeignKey,
) -> Result<WrongKey, RepairError> {
    let schema = table.schema.as_deref().unwrap_or_default();
    let mut name = plain(client, &table.name).await?;
    if schema != settings.schema {
        name = format!("{}.{name}", plain(client, schema).await?);
    }
    let right = if is_right(settings, key) {
        RightKey::Unchecked
    } else if let Some(passing) = passing_name(present, settings, table, id, column) {
        RightKey::Missing(plain(client, &passing).await?)
    } else {
        RightKey::Beside
    };
    Ok(WrongKey {
        table: name,
        constraint: plain(client, &id.name).await?,
        right,
        column: plain(client, column).await?,
        target: format!("{}.{}", key.schema, key.table),
    })
}

/// A name that no other constraint of the table has. `None` when a right key stands there.
fn passing_name(
    present: &Present,
    settings: &Settings,
    table: &ObjectId,
    id: &ObjectId,
    column: &str,
) -> Option<String> {
    let (schema, name) = (table.schema.as_deref()?, table.name.as_str());
    let mut taken = BTreeSet::new();
    for (other, entry) in present.snapshot.of_table(schema, name) {
        taken.insert(other.name.as_str());
        if let Object::Constraint(it) = &entry.object
            && let Some(key) = &it.foreign_key
            && is_right(settings, key)
            && it.columns == [column.to_owned()]
        {
            return None;
        }
    }
    // At most 63 bytes: longer names are cut off, and might come to be the same.
    let mut stem = id.name.clone();
    while stem.len() > 50 {
        stem.pop();
    }
    let names = std::iter::once(format!("{stem}_right"));
    let mut names = names.chain((2..).map(|number| format!("{stem}_right{number}")));
    names.find(|it| !taken.contains(it.as_str()))
}

/// The name as SQL, in quotes where Postgres needs them.
async fn plain(client: &Client, name: &str) -> Result<String, RepairError> {
    let sql = "select pg_catalog.quote_ident($1)";
    let rows = ask(client, sql, &[(&name, Type::TEXT)]).await?;
    Ok(rows
        .first()
        .map_or_else(|| name.to_owned(), |row| row.get(0)))
}
