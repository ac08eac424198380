//! The embedded server and the machine's own say the same of the same statements.

use lodger_database::catalog::{load_snapshot_again, load_snapshot_in};
use lodger_database::embedded::EmbeddedServer;
use lodger_migration::catalog::{CatalogSnapshot, Entry, Object};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::{added_by, create_reader, ddl, native, render_dependencies};

/// What one server says, as far as two versions of Postgres can say the same.
fn common(snapshot: &CatalogSnapshot) -> Vec<String> {
    let role = snapshot.server.role.as_str();
    let entries = snapshot.entries.iter();
    let mut lines: Vec<String> = entries
        .map(|(id, entry)| format!("{id}: {:#?}", shared(entry, role)).replace(role, "SUPERUSER"))
        .collect();
    lines.push(render_dependencies(snapshot));
    lines
}

fn shared(entry: &Entry, role: &str) -> Entry {
    let mut entry = entry.clone();
    // since 17
    entry.grants.retain(|it| it.privilege != "MAINTAIN");
    // the superuser's name decides where its grants are sorted to
    for grant in entry.grants.iter_mut().filter(|it| it.grantee == role) {
        "SUPERUSER".clone_into(&mut grant.grantee);
    }
    entry.grants.sort_unstable();
    // 16 and later leave out the table's name before a column where it is not needed
    if let Object::View(view) = &mut entry.object {
        view.definition = String::new();
    }
    entry
}

#[tokio::test(flavor = "multi_thread")]
async fn both_servers_say_the_same() {
    let (_database, session) = native().await;
    let native = common(&added_by(&session, &ddl::ALL).await);
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    create_reader(server.session()).await;
    let embedded = common(&added_by(server.session(), &ddl::ALL).await);
    assert!(native.len() > 100, "{}", native.len());
    for (native, embedded) in native.iter().zip(&embedded) {
        assert_eq!(native, embedded);
    }
    assert_eq!(native.len(), embedded.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_again_says_what_a_first_look_says() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let session = server.session();
    create_reader(session).await;
    session.client.batch_execute("begin").await.unwrap();
    for statements in ddl::ALL {
        session.client.batch_execute(statements).await.unwrap();
        let again = load_snapshot_again(session).await.unwrap();
        let first = load_snapshot_in(&session.client).await.unwrap();
        assert_eq!(again, first);
    }
    session.client.batch_execute("rollback").await.unwrap();
}

/// Since 15 only, which the machine's own server need not be.
#[tokio::test(flavor = "multi_thread")]
async fn publications_of_schemas_name_them() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let sql = "
        create schema shop;
        create table public.book (id integer primary key);
        create publication a_few for tables in schema shop, public, table public.book;
        create publication all_of_it for all tables;";
    let snapshot = added_by(server.session(), &[sql]).await;
    let publication = |name: &str| {
        let id = ObjectId::global(ObjectKind::Publication, name);
        match &snapshot.get(&id).unwrap().object {
            Object::Publication(it) => it.clone(),
            other => unreachable!("{other:?}"),
        }
    };
    assert_eq!(publication("a_few").schemas, ["public", "shop"]);
    assert_eq!(publication("a_few").tables, ["public.book"]);
    assert!(publication("all_of_it").all_tables);
}
