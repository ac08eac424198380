//! `lodger watch --once`: each draft is there with its content and its event, or not at all, and none twice.

use std::process::Command;

use lodger_database::testing::connect;
use serde_json::Value;
use uuid::Uuid;

use super::operation::{Operation, Place, Stand, look};
use super::store::{GUEST, through, with_store};
use crate::project::Project;

const DRAFTS: usize = 12;
const ROWS: &str = "select pg_catalog.jsonb_build_object(
  'drafts', coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(stage, file_path, size_bytes, sha256)
      order by stage, file_path, sha256)
    from research.draft_files
  ), '[]'),
  'counted', (select file_count from research.research_sessions),
  'events', (select pg_catalog.count(*) from research.research_events where kind <> 'session.created')
)::text";

pub(super) struct Watch(Project);

impl Operation for Watch {
    const NAME: &'static str = "watch";

    async fn prepare(place: &Place) -> Self {
        let rows =
            format!("insert into research_sessions (user_id, title) values ({GUEST}, 'Tides')");
        let project = with_store(place, &rows).await;
        let client = connect(&place.admin.parse().unwrap()).await;
        let session = "select id from research.research_sessions";
        let session: Uuid = client.query_one(session, &[]).await.unwrap().get(0);
        for number in 0..DRAFTS {
            let stage = ["1_initial_research", "2_planning", "4_writing"][number % 3];
            let path = format!("out/{session}/{stage}/{number}.md");
            project
                .sandbox()
                .write(&path, format!("# Draft {number}\n"));
        }
        Self(project)
    }

    fn command(&self, url: &str) -> Command {
        let arguments = ["watch", "out", "--once", "--stable", "50ms"];
        through(self.0.command(&arguments), url)
    }

    async fn look(&self, place: &Place) -> Value {
        look(place, ROWS).await
    }

    async fn stand(&self, place: &Place, before: &Value, after: &Value) -> Stand {
        let look = self.look(place).await;
        assert_eq!(look["catalog"], before["catalog"]);
        let drafts = look["rows"]["drafts"].as_array().unwrap();
        let all = after["rows"]["drafts"].as_array().unwrap();
        // in order, so that one which is there twice is not found in what remains
        let mut rest = all.iter();
        assert!(
            drafts.iter().all(|it| rest.any(|one| one == it)),
            "{look:#}"
        );
        assert_eq!(look["rows"]["counted"], drafts.len(), "{look:#}");
        assert_eq!(look["rows"]["events"], drafts.len(), "{look:#}");
        match drafts.len() {
            0 => Stand::Before,
            DRAFTS => Stand::After,
            _ => Stand::Between,
        }
    }
}
