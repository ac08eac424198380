//! `lodger rollback`.

use std::process::Command;

use serde_json::Value;

use super::operation::{Operation, Place, look, run};
use super::store::through;
use crate::project::Project;

/// Two tables, one of which refers to the other, and what hangs on them.
const TABLES: &str = "create type mood as enum ('good', 'bad');
create table diaries (
  id int primary key, user_id uuid not null references auth.users (id) on delete cascade
);
create index diaries_user_id on diaries (user_id);
alter table diaries enable row level security;
create policy diaries_own on diaries for select to authenticated using (user_id = (select auth.uid()));
create table pages (
  id int primary key, diary_id int not null references diaries (id) on delete cascade, mood mood not null, text text
);
create index pages_diary_id on pages (diary_id);
alter table pages enable row level security;
";
const TRIGGER: &str =
    "create function pages_touch() returns trigger language plpgsql set search_path = ''
  as $$ begin return new; end $$;
create trigger pages_touch before update on pages for each row execute function pages_touch();
alter table pages add column read_at timestamptz;
";
const ROWS: &str = "select pg_catalog.jsonb_build_object(
  'diaries', pg_catalog.to_regclass('public.diaries') is not null,
  'pages', pg_catalog.to_regclass('public.pages') is not null
)::text";

pub(super) struct Rollback(Project);

/// The project, applied.
pub(super) fn applied(place: &Place) -> Project {
    let migrations = [("1_tables.sql", TABLES), ("2_trigger.sql", TRIGGER)];
    let project = Project::new(&place.url, &migrations);
    let ended = run(&mut project.command(&["apply"]));
    assert_eq!(ended.code, 0, "{ended:?}");
    project
}

/// What a rollback changes in the database.
pub(super) async fn rolled_back(place: &Place) -> Value {
    look(place, ROWS).await
}

impl Operation for Rollback {
    const NAME: &'static str = "rollback";

    async fn prepare(place: &Place) -> Self {
        Self(applied(place))
    }

    fn command(&self, url: &str) -> Command {
        through(self.0.command(&["rollback", "--all"]), url)
    }

    async fn look(&self, place: &Place) -> Value {
        rolled_back(place).await
    }
}
