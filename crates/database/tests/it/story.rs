//! What the tests of plan and apply share: migrations as text, and a session on the shared instance.

use lodger_database::apply::{ApplyOptions, ApplyReport, apply};
use lodger_database::connect::Session;
use lodger_database::prepare::{Prepared, prepare};
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::Settings;

/// The right migration, in short.
pub(crate) const RIGHT: &str = "
create type session_status as enum ('in_progress', 'completed', 'failed');
create table research_sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    title text not null,
    status session_status not null default 'in_progress'
);
create index idx_research_sessions_user_id on research_sessions (user_id);
alter table research_sessions enable row level security;
create policy research_sessions_owner on research_sessions for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on research_sessions to authenticated, service_role;
";

/// The wrong one: a users table of its own, guards, a function that another project has too.
pub(crate) const WRONG: &str =
    include_str!("../../../../corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql");

pub(crate) fn migration(version: &str, sql: &str) -> Migration {
    let file = format!("migrations/{version}_test.sql");
    parse_migration(version, "test", &file, sql.as_bytes())
}

pub(crate) fn settings() -> Settings {
    Settings::new("research")
}

pub(crate) async fn instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

pub(crate) async fn session(instance: &SharedInstance) -> Session {
    Session::connect(&instance.url()).await.unwrap()
}

pub(crate) async fn planned(instance: &SharedInstance, migrations: &[Migration]) -> Prepared {
    prepare(&session(instance).await, migrations, &settings())
        .await
        .unwrap()
}

pub(crate) async fn applied(instance: &SharedInstance, migrations: &[Migration]) -> ApplyReport {
    let session = session(instance).await;
    let options = ApplyOptions::default();
    apply(&session, migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap()
}

/// Runs one statement as the role that projects connect as, and returns its first column as text.
pub(crate) async fn ask(instance: &SharedInstance, sql: &str) -> String {
    let client = instance.connect().await;
    let rows = client.simple_query(sql).await.unwrap();
    let cell = rows.iter().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
        _ => None,
    });
    cell.unwrap_or_default()
}
