//! The other projects of a shared instance, and the proof that they were left alone.
//!
//! Used by tests and by `lodger demo`. What is compared here is read by plain SQL of its own, not through
//! the catalog loader: a mistake of that loader cannot hide itself.

mod facts;

use tokio_postgres::Client;

pub use facts::{Facts, load_facts};

/// A job board with a `public.users` of 153 rows, its hook on sign-ups, and the instance's 20 accounts.
pub const INSTANCE: &str = include_str!("instance.sql");
/// A chat whose enum `public.session_status` has labels of its own.
pub const SESSION_STATUS: &str = include_str!("session_status.sql");
/// What the job board does all day, and a sign-up; undone at its end. It raises where one fails.
const DAILY_WORK: &str = include_str!("daily_work.sql");

/// Does the other projects' own work, as their roles, and undoes it: a customer is seen, a job moves on and
/// counts a revision, somebody signs up and gets a profile. The session must be a superuser's.
///
/// # Errors
/// What they would be told: one of these no longer works.
pub async fn check_daily_work(client: &Client) -> Result<(), tokio_postgres::Error> {
    let done = client.batch_execute(DAILY_WORK).await;
    client.batch_execute("rollback").await?;
    done
}
