//! `lodger transfer`: all sessions of a guest go to an account, with a receipt, or none of them.

use std::process::Command;

use lodger_database::testing::connect;
use serde_json::Value;
use uuid::Uuid;

use super::operation::{Operation, Place, look};
use super::store::{GUEST, MEMBER, through, with_store};
use crate::project::Project;

const ROWS: &str = "select pg_catalog.jsonb_build_object(
  'sessions', (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(id, user_id) order by id) from research.research_sessions
  ),
  'receipts', (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(user_id, source_id, sessions, files, bytes, session_ids))
    from research.research_transfers
  ),
  'marks', (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(user_id, receiver_id))
    from research.research_transferred_users
  ),
  'events', (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(user_id, seq, kind) order by user_id, seq)
    from research.research_events
  )
)::text";

pub(super) struct Transfer {
    project: Project,
    from: Uuid,
    to: Uuid,
}

impl Operation for Transfer {
    const NAME: &'static str = "transfer";

    async fn prepare(place: &Place) -> Self {
        let rows = format!(
            "insert into research_sessions (user_id, title)
             select {GUEST}, 'Tides ' || n from generate_series(1, 200) as n;
             insert into research_sessions (user_id, title) values ({MEMBER}, 'Winds');"
        );
        let project = with_store(place, &rows).await;
        let client = connect(&place.admin.parse().unwrap()).await;
        let users = format!("select {GUEST}, {MEMBER}");
        let users = client.query_one(&users, &[]).await.unwrap();
        let (from, to) = (users.get(0), users.get(1));
        Self { project, from, to }
    }

    fn command(&self, url: &str) -> Command {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let arguments = ["transfer", "--from", &from, "--to", &to];
        through(self.project.command(&arguments), url)
    }

    async fn look(&self, place: &Place) -> Value {
        look(place, ROWS).await
    }
}
