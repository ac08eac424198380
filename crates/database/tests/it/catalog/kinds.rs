//! Every kind of object, made and read back. What the server prints differs between versions in two
//! ways (`MAINTAIN` since 17, unqualified columns of views since 16); neither is in the snapshots.

use lodger_database::catalog::load_snapshot;
use lodger_migration::object::{ObjectId, ObjectKind};

use super::{added_by, ddl, native, render, render_dependencies};

macro_rules! kinds {
    ($($test:ident: $kind:ident, $ddl:expr;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let (_database, session) = native().await;
                let snapshot = added_by(&session, &[$ddl]).await;
                let text = render(&snapshot, ObjectKind::$kind);
                insta::with_settings!({filters => vec![
                    (r"(?m)^  MAINTAIN → SUPERUSER\n", ""),
                    (r"\b(base|names)\.(id|name|n)\b", "$2"),
                ]}, { insta::assert_snapshot!(text); });
            }
        )*
    };
}

kinds! {
    schema: Schema, ddl::SCHEMA;
    extension: Extension, ddl::EXTENSION;
    type_: Type, ddl::TYPE;
    sequence: Sequence, ddl::SEQUENCE;
    table: Table, ddl::TABLE;
    view: View, ddl::VIEW;
    function: Function, ddl::FUNCTION;
    constraint: Constraint, ddl::CONSTRAINT;
    index: Index, ddl::INDEX;
    trigger: Trigger, ddl::TRIGGER;
    event_trigger: EventTrigger, ddl::EVENT_TRIGGER;
    policy: Policy, ddl::POLICY;
    rule: Rule, ddl::RULE;
    publication: Publication, ddl::PUBLICATION;
    default_privileges: DefaultPrivileges, ddl::DEFAULT_PRIVILEGES;
}

#[tokio::test(flavor = "multi_thread")]
async fn dependency() {
    let (_database, session) = native().await;
    let snapshot = added_by(&session, &[ddl::DEPENDENCY]).await;
    insta::assert_snapshot!(render_dependencies(&snapshot));
}

#[tokio::test(flavor = "multi_thread")]
async fn server() {
    let (database, session) = native().await;
    let server = load_snapshot(&session.client).await.unwrap().server;
    assert_eq!(server.role, database.cluster().superuser());
    assert_eq!(server.database, database.name());
    assert!(server.superuser && server.bypasses_rls);
    assert!(!server.supautils && !server.read_only);
    assert_eq!(server.major(), major(&server.version));
    assert!(server.roles.contains(&"lodger_reader".to_owned()));
    assert!(server.roles.iter().all(|role| !role.starts_with("pg_")));
    let monitor = |(_, role): &(String, String)| role == "pg_read_all_settings";
    assert!(server.memberships.iter().any(monitor));
}

fn major(version: &str) -> u32 {
    version.split('.').next().unwrap().parse().unwrap()
}

/// Other tests of the cluster make settings too, each in its own database.
#[tokio::test(flavor = "multi_thread")]
async fn setting() {
    let (database, session) = native().await;
    let name = database.name();
    let sql = format!(
        "alter database {name} set app.settings.jwt_secret = 'not for the eye';
         alter database {name} set app.settings.place = 'here';
         alter role lodger_reader in database {name} set search_path = '\"$user\"', public;
         alter role lodger_reader in database {name} set statement_timeout = '3s';"
    );
    let snapshot = added_by(&session, &[&sql]).await;
    let text = render(&snapshot, ObjectKind::Setting).replace(name, "DATABASE");
    insta::assert_snapshot!(text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extensions_objects_say_so() {
    let (_database, session) = native().await;
    let snapshot = added_by(&session, &["create extension hstore"]).await;
    let extension = |id: &ObjectId| snapshot.get(id).unwrap().extension.clone();
    let function = ObjectId::function("public", "hstore_to_json", "public.hstore");
    assert_eq!(extension(&function).as_deref(), Some("hstore"));
    let itself = ObjectId::global(ObjectKind::Extension, "hstore");
    assert_eq!(extension(&itself), None);

    let snapshot = added_by(&session, &["create table bag (h hstore[])"]).await;
    insta::assert_snapshot!(render_dependencies(&snapshot), @r"
    table public.bag → schema public
    table public.bag → extension hstore
    ");
}
