//! Loading a catalog snapshot.

mod ddl;
mod kinds;
mod servers;
mod size;
mod transaction;
mod visibility;

use std::fmt::Write as _;
use std::sync::Arc;

use lodger_database::catalog::load_snapshot;
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_migration::catalog::{CatalogSnapshot, Entry, Object};
use lodger_migration::object::ObjectKind;

/// A database of one's own on the private cluster, and a superuser's session in it.
async fn native() -> (TestDatabase, Session) {
    let database = Cluster::shared().database(Template::Empty).await;
    let session = Session::connect(&database.admin_url()).await.unwrap();
    create_reader(&session).await;
    (database, session)
}

/// The role that grants in [`ddl`] go to. Roles are the whole cluster's, so it may be there already.
async fn create_reader(session: &Session) {
    let sql = "
        do $$ begin create role lodger_reader;
        exception when duplicate_object or unique_violation then null; end $$";
    session.client.batch_execute(sql).await.unwrap();
}

/// What some statements add to a catalog, without what differs from one database to the next: OIDs, row
/// versions, and the superuser's name.
async fn added_by(session: &Session, ddl: &[&str]) -> CatalogSnapshot {
    let before = load_snapshot(&session.client).await.unwrap();
    for statements in ddl {
        session.client.batch_execute(statements).await.unwrap();
    }
    let mut after = load_snapshot(&session.client).await.unwrap();
    let entries = after.entries.iter();
    let new = entries.filter(|(id, entry)| before.entries.get(*id) != Some(*entry));
    after.entries = new.map(|(id, entry)| (id.clone(), plain(entry))).collect();
    Arc::make_mut(&mut after.dependencies).retain(|it| !before.dependencies.contains(it));
    after
}

fn plain(entry: &Entry) -> Arc<Entry> {
    let mut entry = entry.clone();
    entry.oid = 0;
    entry.row_version = 0;
    entry.stored = None;
    if let Object::Constraint(constraint) = &mut entry.object
        && let Some(key) = &mut constraint.foreign_key
    {
        key.table_oid = 0;
    }
    Arc::new(entry)
}

/// The objects of a kind, as text.
fn render(snapshot: &CatalogSnapshot, kind: ObjectKind) -> String {
    let mut text = String::new();
    let role = &snapshot.server.role;
    for (id, entry) in snapshot.entries.iter().filter(|(id, _)| id.kind == kind) {
        writeln!(text, "{id}").unwrap();
        writeln!(
            text,
            "  owner {:?}, comment {:?}",
            entry.owner, entry.comment
        )
        .unwrap();
        for grant in &entry.grants {
            let star = if grant.grantable { "*" } else { "" };
            writeln!(text, "  {} → {}{star}", grant.privilege, grant.grantee).unwrap();
        }
        let object = format!("{:#?}", entry.object).replace('\n', "\n  ");
        writeln!(text, "  {}\n", object.trim_end()).unwrap();
    }
    text.replace(role.as_str(), "SUPERUSER")
}

/// The dependencies, one a line.
fn render_dependencies(snapshot: &CatalogSnapshot) -> String {
    let lines = snapshot.dependencies.iter();
    let lines: Vec<String> = lines
        .map(|it| format!("{} → {}", it.dependent, it.on))
        .collect();
    lines
        .join("\n")
        .replace(snapshot.server.role.as_str(), "SUPERUSER")
}
