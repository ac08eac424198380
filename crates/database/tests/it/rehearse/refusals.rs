//! Where users, rights or roles are missing.

use lodger_database::bookkeeping;
use lodger_database::catalog::load_snapshot;
use lodger_database::connect::Session;
use lodger_database::embedded::EmbeddedServer;
use lodger_database::rehearse::{RehearseError, RehearseOptions, rehearse};
use lodger_database::testing::{Cluster, Template};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::settings::{IdentityTable, Settings};

use super::{assert_noted, failures};
use crate::project::{Project, RESEARCH};

#[tokio::test(flavor = "multi_thread")]
async fn without_two_users_or_without_a_table_of_them_it_is_refused() {
    let options = RehearseOptions::default();
    let settings = Settings::new("research");
    let try_on = async |template| {
        let database = Cluster::shared().database(template).await;
        let session = Session::connect(&database.url()).await.unwrap();
        let mut watch = |_| ();
        let refused = Box::pin(rehearse(&session, &settings, &options, &mut watch)).await;
        refused.unwrap_err().to_string()
    };
    let nobody = try_on(Template::Base).await;
    assert!(
        nobody.starts_with("a rehearsal needs two users, and auth.users holds 0"),
        "{nobody}"
    );
    let nothing = try_on(Template::Empty).await;
    assert!(
        nothing.starts_with("there is no table auth.users here"),
        "{nothing}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_is_told_so() {
    let project = Project::claimed(RESEARCH).await;
    project
        .run(
            "grant usage on schema lodger to supabase_auth_admin, supabase_storage_admin;
             grant select on all tables in schema lodger to supabase_auth_admin, supabase_storage_admin",
        )
        .await;
    let database = project.instance.database();
    let try_as = async |role: &str| {
        let session = Session::connect(&database.cluster().url(role, database.name()))
            .await
            .unwrap();
        let mut watch = |_| ();
        let options = RehearseOptions::default();
        let refused = Box::pin(rehearse(&session, &project.settings, &options, &mut watch)).await;
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        try_as("supabase_storage_admin").await,
        "the role supabase_storage_admin may not read auth.users, where the users to rehearse as are"
    );
    assert_eq!(
        try_as("supabase_auth_admin").await,
        "the role supabase_auth_admin may not become authenticated: \
         `grant authenticated to supabase_auth_admin` lets it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_written_it_is_refused() {
    let project = Project::claimed(RESEARCH).await;
    let read_only = "-c default_transaction_read_only=on";
    let url = format!(
        "{}?options={}",
        project.instance.url(),
        read_only.replace(' ', "%20").replace('=', "%3D")
    );
    let session = Session::connect(&url).await.unwrap();
    let mut watch = |_| ();
    let options = RehearseOptions::default();
    let refused = Box::pin(rehearse(&session, &project.settings, &options, &mut watch)).await;
    assert!(
        matches!(refused, Err(RehearseError::ReadOnly)),
        "{refused:?}"
    );
}

/// Plain Postgres: a table of users of one's own, and no roles for them.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_roles_are_missing_the_rest_is_rehearsed() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let session = server.session();
    bookkeeping::ensure(session).await.unwrap();
    let tables = "
        create table public.people (key integer primary key);
        insert into people values (1), (2);
        create table public.notes (id serial primary key,
          person integer not null references people (key) on delete cascade)";
    session.client.batch_execute(tables).await.unwrap();
    let snapshot = load_snapshot(&session.client).await.unwrap();
    let notes = ObjectId::in_schema(ObjectKind::Table, "public", "notes");
    let made = [(notes.clone(), snapshot.get(&notes).unwrap().oid)];
    bookkeeping::claim(&session.client, "research", None, &made)
        .await
        .unwrap();
    let mut settings = Settings::new("research");
    settings.identity_table = IdentityTable {
        schema: "public".into(),
        name: "people".into(),
        column: "key".into(),
    };
    let mut watch = |_| ();
    let report = Box::pin(rehearse(
        session,
        &settings,
        &RehearseOptions::default(),
        &mut watch,
    ))
    .await;
    let report = report.unwrap();
    assert_eq!(
        failures(&report),
        Vec::<String>::new(),
        "{:#?}",
        report.notes
    );
    assert_noted(&report, "there is no role `authenticated` here");
    assert_noted(&report, "there is no role `anon` here");
    let cascade = "public.notes: deleting the user removes the user's 1 row and no other";
    assert!(
        report.checks.iter().any(|it| it.name == cascade),
        "{:#?}",
        report.checks
    );
}
