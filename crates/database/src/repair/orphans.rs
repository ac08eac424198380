//! Rows whose owner is not a user.

use std::collections::BTreeSet;

use lodger_migration::repair::{Identity, RightKey};
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::keys::Found;
use super::{KeyReport, OrphanOwner, RepairError, ask};
use crate::sql::name;

/// Which rows of the table, called `t`, have an owner who is not a user.
pub(super) fn condition(identity: &Identity, column: &str) -> String {
    format!(
        "t.{column} is not null and not exists (\n  select from {} as i where i.{} = t.{column})",
        identity.table, identity.column
    )
}

/// Counts a key's rows, and names the owners with most of those that have no user.
pub(super) async fn count(
    client: &Client,
    identity: &Identity,
    key: &Found,
) -> Result<KeyReport, RepairError> {
    let table = name(&key.table);
    let column = &key.wrong.column;
    let rows = format!("select pg_catalog.count({column}) from {table} as t");
    let orphans = format!(
        "select t.{column}::pg_catalog.text as id, pg_catalog.count(*) as rows,\n  \
         pg_catalog.sum(pg_catalog.count(*)) over ()::pg_catalog.int8 as orphans\nfrom {table} as t\nwhere {}\n\
         group by t.{column} order by 2 desc, 1 limit 20",
        condition(identity, column)
    );
    let rows = ask(client, &rows, &[]).await?;
    let orphans = ask(client, &orphans, &[]).await?;
    Ok(KeyReport {
        constraint: key.constraint.clone(),
        column: key.column.clone(),
        target: key.target.clone(),
        owner: key.owner.clone(),
        unchecked: key.wrong.right == RightKey::Unchecked,
        rows: rows.first().map_or(0, |row| row.get(0)),
        orphans: orphans.first().map_or(0, |row| row.get("orphans")),
        owners: orphans
            .iter()
            .map(|row| OrphanOwner {
                id: row.get("id"),
                rows: row.get("rows"),
            })
            .collect(),
    })
}

/// All owners who are not users.
pub(super) async fn owners(
    client: &Client,
    identity: &Identity,
    found: &[Found],
) -> Result<BTreeSet<Uuid>, RepairError> {
    let mut owners = BTreeSet::new();
    for key in found {
        let column = &key.wrong.column;
        let sql = format!(
            "select distinct t.{column} from {} as t where {}",
            name(&key.table),
            condition(identity, column)
        );
        let rows = ask(client, &sql, &[]).await?;
        owners.extend(rows.iter().map(|row| row.get::<_, Uuid>(0)));
    }
    Ok(owners)
}

/// Those of `ids` that are not users.
pub(super) async fn not_users(
    client: &Client,
    identity: &Identity,
    ids: &BTreeSet<Uuid>,
) -> Result<Vec<String>, RepairError> {
    let sql = format!(
        "select o.owner::pg_catalog.text from pg_catalog.unnest($1) as o (owner)\nwhere not exists (select from {} as i \
         where i.{} = o.owner) order by 1",
        identity.table, identity.column
    );
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let rows = ask(client, &sql, &[(&ids, Type::UUID_ARRAY)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
