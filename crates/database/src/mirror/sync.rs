//! Brings owners, grants, publications, default privileges and settings of a mirror in line with the target.

use lodger_migration::catalog::{CatalogSnapshot, Entry, Grant, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::reach::Reach;

use super::WITH_MAINTAIN;
use super::ddl::qualified;
use crate::connect::Session;
use crate::shadow::{ShadowError, transaction};
use crate::sql::quoted;

/// All that there is to grant on a table before version 17.
const TABLE_PRIVILEGES: &[&str] = &[
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
];

/// Compares the mirror as it stands with the target, and says the difference in SQL.
pub(super) async fn sync(
    session: &Session,
    present: &CatalogSnapshot,
    reach: &Reach,
) -> Result<(), ShadowError> {
    let here = transaction::look(session).await?;
    let mut sql = Vec::new();
    for id in reach.full.iter().chain(&reach.needed) {
        let (Some(there), Some(made)) = (present.get(id), here.get(id)) else {
            continue;
        };
        if let (Some(what), Some(comment)) = (part(id, there), &there.comment) {
            sql.push(comment_on(&what, comment));
        }
        let Some(what) = grant_target(id, there) else {
            continue;
        };
        // A column's sequence goes with its table.
        let own = !matches!(&there.object, Object::Sequence(it) if it.owned_by.is_some());
        if let (Some(owner), true) = (&there.owner, own && there.owner != made.owner) {
            sql.push(format!("alter {what} owner to {}", quoted(owner)));
        }
        let granted = if present.server.version_number < WITH_MAINTAIN {
            &with_maintain(&there.grants)
        } else {
            &there.grants
        };
        sql.extend(grants(&what, &made.grants, granted, there.owner.as_deref()));
        if let Some(comment) = there.comment.as_ref().filter(|_| made.comment.is_none()) {
            sql.push(comment_on(&what, comment));
        }
        sql.extend(column_grants(id, there, made));
        sql.extend(column_comments(id, there, made));
    }
    for (id, entry) in &present.entries {
        sql.extend(global(id, entry, &here));
    }
    let all = sql.join(";\n");
    if transaction::attempt(session, &all).await.is_err() {
        for one in &sql {
            // A role or object that is not here was not in reach; it cannot matter to the migrations.
            if let Err(error) = transaction::attempt(session, one).await {
                tracing::debug!(sql = one, %error, "the mirror refuses");
            }
        }
    }
    Ok(())
}

/// The object as GRANT, ALTER … OWNER and COMMENT name it.
fn grant_target(id: &ObjectId, entry: &Entry) -> Option<String> {
    let name = qualified(id);
    Some(match (&entry.object, id.kind) {
        (_, ObjectKind::Schema) => format!("schema {name}"),
        (Object::Table(_), _) => format!("table {name}"),
        (Object::View(it), _) if it.materialized => format!("materialized view {name}"),
        (Object::View(_), _) => format!("view {name}"),
        (Object::Sequence(_), _) => format!("sequence {name}"),
        (Object::Type(it), _) if it.kind == 'd' => format!("domain {name}"),
        (Object::Type(_), _) => format!("type {name}"),
        (Object::Publication(_), _) => format!("publication {name}"),
        (Object::Function(_), _) => {
            format!(
                "routine {name}({})",
                id.arguments.as_deref().unwrap_or_default()
            )
        }
        _ => return None,
    })
}

fn comment_on(what: &str, comment: &str) -> String {
    format!("comment on {what} is '{}'", comment.replace('\'', "''"))
}

/// What has a comment and no owner of its own, as COMMENT names it.
fn part(id: &ObjectId, entry: &Entry) -> Option<String> {
    let on_table = |kind: &str| {
        let table = qualified(&id.parent_table()?);
        Some(format!("{kind} {} on {table}", quoted(&id.name)))
    };
    match &entry.object {
        Object::Constraint(_) => on_table("constraint"),
        Object::Policy(_) => on_table("policy"),
        Object::Rule(_) => on_table("rule"),
        Object::Trigger(_) => on_table("trigger"),
        Object::Index(_) => Some(format!("index {}", qualified(id))),
        _ => None,
    }
}

fn column_comments(id: &ObjectId, there: &Entry, made: &Entry) -> Vec<String> {
    let (Object::Table(there), Object::Table(made)) = (&there.object, &made.object) else {
        return Vec::new();
    };
    let missing = |name: &str| {
        let mut columns = made.columns.iter();
        columns.any(|it| it.name == name && it.comment.is_none())
    };
    let commented = there.columns.iter().filter(|it| missing(&it.name));
    commented
        .filter_map(|column| {
            let what = format!("column {}.{}", qualified(id), quoted(&column.name));
            Some(comment_on(&what, column.comment.as_ref()?))
        })
        .collect()
}

fn grants(what: &str, made: &[Grant], there: &[Grant], owner: Option<&str>) -> Vec<String> {
    // GRANT knows views as tables.
    let what = what.strip_prefix("materialized ").unwrap_or(what);
    let what = what
        .strip_prefix("view ")
        .map_or_else(|| what.to_owned(), |name| format!("table {name}"));
    let mut sql = Vec::new();
    for grant in made
        .iter()
        .filter(|it| !there.contains(it) && Some(it.grantee.as_str()) != owner)
    {
        sql.push(format!(
            "revoke {} on {what} from {}",
            grant.privilege,
            grantee(grant)
        ));
    }
    for grant in there
        .iter()
        .filter(|it| !made.contains(it) && Some(it.grantee.as_str()) != owner)
    {
        let option = if grant.grantable {
            " with grant option"
        } else {
            ""
        };
        sql.push(format!(
            "grant {} on {what} to {}{option}",
            grant.privilege,
            grantee(grant)
        ));
    }
    sql
}

/// What is granted on a table, with the privilege that an older server does not know: whoever had all may pass all
/// on, and in whose name somebody revokes depends on that.
fn with_maintain(granted: &[Grant]) -> Vec<Grant> {
    let mut all = granted.to_vec();
    let last = granted.iter().filter(|it| it.privilege == "TRIGGER");
    all.extend(last.filter_map(|one| {
        let theirs: Vec<&Grant> = granted
            .iter()
            .filter(|it| it.grantee == one.grantee)
            .collect();
        let is_all = TABLE_PRIVILEGES
            .iter()
            .all(|name| theirs.iter().any(|it| it.privilege == *name));
        is_all.then(|| Grant {
            privilege: "MAINTAIN".to_owned(),
            grantable: theirs.iter().all(|it| it.grantable),
            ..one.clone()
        })
    }));
    all
}

fn grantee(grant: &Grant) -> String {
    role(&grant.grantee)
}

fn role(name: &str) -> String {
    if name == "public" {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A grant as `role=privilege`, with a `*` behind what may be passed on.
fn read_pair(grant: &str) -> Option<(&str, &str, &'static str)> {
    let (to, privilege) = grant.rsplit_once('=')?;
    Some(match privilege.strip_suffix('*') {
        Some(privilege) => (to, privilege, " with grant option"),
        None => (to, privilege, ""),
    })
}

fn column_grants(id: &ObjectId, there: &Entry, made: &Entry) -> Vec<String> {
    let (Object::Table(there), Object::Table(made)) = (&there.object, &made.object) else {
        return Vec::new();
    };
    let mut sql = Vec::new();
    for column in &there.columns {
        let have = made.columns.iter().find(|it| it.name == column.name);
        let missing = |grant: &&String| have.is_none_or(|it| !it.grants.contains(grant));
        for grant in column.grants.iter().filter(missing) {
            if let Some((to, privilege, option)) = read_pair(grant) {
                let (column, to) = (quoted(&column.name), role(to));
                sql.push(format!(
                    "grant {privilege} ({column}) on table {} to {to}{option}",
                    qualified(id)
                ));
            }
        }
    }
    sql
}

/// What belongs to the database as a whole: publications' tables, default privileges, settings.
fn global(id: &ObjectId, entry: &Entry, here: &CatalogSnapshot) -> Vec<String> {
    match &entry.object {
        Object::Publication(it) => {
            let tables = it.tables.iter().filter_map(|table| {
                let (schema, name) = table.split_once('.')?;
                let there = here.table(schema, name).is_some();
                there.then(|| format!("{}.{}", quoted(schema), quoted(name)))
            });
            tables
                .map(|table| format!("alter publication {} add table {table}", quoted(&id.name)))
                .collect()
        }
        Object::DefaultPrivileges(it) => {
            let schema = it.schema.as_ref().map_or(String::new(), |schema| {
                format!(" in schema {}", quoted(schema))
            });
            let head = format!(
                "alter default privileges for role {}{schema}",
                quoted(&it.role)
            );
            it.grants
                .iter()
                .filter_map(|grant| read_pair(grant))
                .map(|(to, privilege, option)| {
                    format!(
                        "{head} grant {privilege} on {} to {}{option}",
                        it.kind,
                        role(to)
                    )
                })
                .collect()
        }
        Object::Setting(it) if here.server.roles.contains(&id.name) => it
            .values
            .iter()
            .filter_map(|value| value.split_once('='))
            .map(|(name, value)| {
                let value = value.replace('\'', "''");
                format!(
                    "alter role {} set {} = '{value}'",
                    quoted(&id.name),
                    quoted(name)
                )
            })
            .collect(),
        _ => Vec::new(),
    }
}
