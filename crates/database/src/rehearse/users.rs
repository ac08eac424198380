//! Whom to rehearse as. Of a user, the id, the role and the kind of account are read; never a name or
//! an address.

use lodger_migration::catalog::{CatalogSnapshot, Object, Table};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::settings::IdentityTable;
use serde_json::json;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::RehearseError;
use super::stage::{Actor, broken};
use crate::sql::{qualified, quoted};

/// The role of people who signed in, and of those who did not. The names are Supabase's.
const SIGNED_IN: &str = "authenticated";
const SIGNED_OUT: &str = "anon";

/// A user of the identity table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    /// The key, as text.
    pub id: String,
    /// How the user acts; `None` where the database has no role for it.
    pub actor: Option<Actor>,
}

/// Everybody who takes part.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    /// Whose rows are looked at.
    pub owner: User,
    /// Somebody else.
    pub other: User,
    /// Nobody in particular.
    pub anon: Option<Actor>,
}

/// Chooses two users, or takes the two that are asked for.
pub(super) async fn choose(
    client: &Client,
    present: &CatalogSnapshot,
    identity: &IdentityTable,
    home: &str,
    wanted: &[Uuid],
) -> Result<Cast, RehearseError> {
    check_wanted(wanted)?;
    let name = format!("{}.{}", identity.schema, identity.name);
    let table = present.table(&identity.schema, &identity.name);
    let table = table.ok_or_else(|| RehearseError::NoIdentityTable {
        table: name.clone(),
    })?;
    let select = select(identity, table);
    let unreadable = |source: tokio_postgres::Error| match source.as_db_error() {
        Some(said) if said.code().code() == "42501" => RehearseError::UsersUnreadable {
            role: present.server.role.clone(),
            table: name.clone(),
            source,
        },
        _ => broken("reading the users", source),
    };
    let key = quoted(&identity.column);
    let mut rows: Vec<Row> = Vec::new();
    for id in wanted {
        let id = id.to_string();
        let sql = format!("{select} where {key}::pg_catalog.text = $1");
        let found = client
            .query_typed(&sql, &[(&id, Type::TEXT)])
            .await
            .map_err(unreadable)?;
        let found = found.into_iter().next();
        rows.push(found.ok_or_else(|| RehearseError::UnknownUser {
            id,
            table: name.clone(),
        })?);
    }
    if rows.len() < 2 {
        let known = rows
            .first()
            .map(|row| row.get::<_, String>("id"))
            .unwrap_or_default();
        for condition in preferences(table) {
            // By key, so that a table of millions is not sorted.
            let sql = format!("{select} where {condition} order by {key} limit 3");
            let found = client.query_typed(&sql, &[]).await.map_err(unreadable)?;
            for row in found {
                let id: String = row.get("id");
                let fresh = id != known && rows.iter().all(|it| it.get::<_, String>("id") != id);
                if rows.len() < 2 && fresh {
                    rows.push(row);
                }
            }
        }
    }
    let found = rows.len();
    let mut users = rows.iter().map(|row| user(row, present, home));
    let (Some(owner), Some(other)) = (users.next(), users.next()) else {
        return Err(RehearseError::TooFewUsers { table: name, found });
    };
    Ok(Cast {
        owner,
        other,
        anon: actor(SIGNED_OUT, &json!({"role": SIGNED_OUT}), present, home),
    })
}

fn check_wanted(wanted: &[Uuid]) -> Result<(), RehearseError> {
    let reason = match wanted {
        [a, b] if a == b => format!("{a} is one"),
        [_, _, _, ..] => format!("{} were asked for", wanted.len()),
        _ => return Ok(()),
    };
    Err(RehearseError::WrongUsers { reason })
}

/// The columns are those of Supabase's `auth.users`; another identity table may lack them.
fn select(identity: &IdentityTable, table: &Table) -> String {
    let column = |name: &str, otherwise: &str| {
        if has(table, name) {
            format!("coalesce({}::pg_catalog.text, '{otherwise}')", quoted(name))
        } else {
            format!("'{otherwise}'")
        }
    };
    format!(
        "select {}::pg_catalog.text as id, {} as role, {} as aud, {} as is_anonymous from {}",
        quoted(&identity.column),
        column("role", SIGNED_IN),
        column("aud", SIGNED_IN),
        column("is_anonymous", "false"),
        qualified(&identity.schema, &identity.name)
    )
}

/// Registered users first, then anonymous ones, then such as are deleted or banned.
fn preferences(table: &Table) -> Vec<String> {
    let usable = usable(table);
    let mut all = vec![usable.clone(), "true".to_owned()];
    if has(table, "is_anonymous") {
        all.insert(0, format!("{usable} and not is_anonymous"));
    }
    all
}

/// Neither deleted nor banned.
fn usable(table: &Table) -> String {
    let mut conditions = vec!["true"];
    if has(table, "deleted_at") {
        conditions.push("deleted_at is null");
    }
    if has(table, "banned_until") {
        conditions.push("(banned_until is null or banned_until < pg_catalog.now())");
    }
    conditions.join(" and ")
}

fn has(table: &Table, column: &str) -> bool {
    table.columns.iter().any(|it| it.name == column)
}

fn user(row: &Row, present: &CatalogSnapshot, home: &str) -> User {
    let (id, aud): (String, String) = (row.get("id"), row.get("aud"));
    let role: String = row.get("role");
    let is_anonymous: String = row.get("is_anonymous");
    let known = present.server.roles.contains(&role);
    let role = if known { role } else { SIGNED_IN.to_owned() };
    let claims = json!({
        "sub": id,
        "role": role,
        "aud": aud,
        "is_anonymous": is_anonymous == "true",
    });
    let actor = actor(&role, &claims, present, home);
    User { id, actor }
}

/// A role with claims, the timeout that is set for it and the names it sees; `None` where there is no such role.
fn actor(
    role: &str,
    claims: &serde_json::Value,
    present: &CatalogSnapshot,
    home: &str,
) -> Option<Actor> {
    if !present.server.roles.iter().any(|it| it == role) {
        return None;
    }
    let settings = present.get(&ObjectId::global(ObjectKind::Setting, role));
    let timeout = match settings.map(|entry| &entry.object) {
        Some(Object::Setting(it)) => it
            .values
            .iter()
            .find_map(|value| value.strip_prefix("statement_timeout=")),
        _ => None,
    };
    let extensions = ObjectId::global(ObjectKind::Schema, "extensions");
    let more = if present.get(&extensions).is_some() {
        ", extensions"
    } else {
        ""
    };
    Some(Actor {
        role: role.to_owned(),
        claims: claims.to_string(),
        statement_timeout: timeout.map(ToOwned::to_owned),
        search_path: format!("{}{more}", quoted(home)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_users_or_fewer_may_be_asked_for() {
        let [a, b, c] = [Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)];
        assert!(check_wanted(&[]).is_ok());
        assert!(check_wanted(&[a, b]).is_ok());
        let twice = check_wanted(&[a, a]).unwrap_err().to_string();
        assert!(
            twice.ends_with("00000000-0000-0000-0000-000000000001 is one"),
            "{twice}"
        );
        let three = check_wanted(&[a, b, c]).unwrap_err().to_string();
        assert!(three.ends_with("3 were asked for"), "{three}");
    }
}
