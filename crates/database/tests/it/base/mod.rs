//! The Supabase-shaped base: it is what the platform is, on the embedded server and on a native one.

mod access;
mod claims;
mod stand_ins;
mod users;

use lodger_database::base;
use lodger_database::embedded::EmbeddedServer;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use tokio_postgres::Client;

async fn native() -> TestDatabase {
    Cluster::shared().database(Template::Base).await
}

async fn embedded() -> EmbeddedServer {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    base::install(&server.session().client).await.unwrap();
    server
}

/// The first column of the answer as text, `-` for null.
async fn answer(client: &Client, sql: &str) -> Vec<String> {
    let wrapped = format!("select (answer.*)::text from ({sql}) as answer");
    let rows = client.query(&wrapped, &[]).await.unwrap();
    rows.iter()
        .map(|row| row.get::<_, Option<String>>(0).unwrap_or("-".into()))
        .collect()
}

/// The SQLSTATE and message that a statement is refused with; it is undone if it is not.
async fn refusal(client: &Client, sql: &str) -> Option<String> {
    client.batch_execute("begin").await.unwrap();
    let done = client.batch_execute(sql).await;
    client.batch_execute("rollback").await.unwrap();
    let error = done.err()?;
    let error = error.as_db_error().unwrap();
    Some(format!("{} {}", error.code().code(), error.message()))
}
