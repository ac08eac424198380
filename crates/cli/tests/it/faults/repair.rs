//! `lodger repair --orphans delete`: the database is only read; the migrations are written or not.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::export::is_empty;
use super::operation::{Operation, Place, look, run, write};
use super::store::through;
use crate::project::Project;

/// As somebody ran it by hand.
const OLD: &str = "create table if not exists users (id uuid primary key, email text unique);
create table if not exists notes (
  id int primary key, user_id uuid not null references users (id) on delete cascade, body text not null
);
create table if not exists note_lines (
  id int primary key, note_id int not null references notes (id) on delete cascade, line text not null
);
";
const NOTES: &str =
    "insert into notes select n, (select id from users order by id limit 1), 'note ' || n
from generate_series(1, 500) as n;
insert into note_lines select n, n, 'line ' || n from generate_series(1, 500) as n;";
const ROWS: &str = "select pg_catalog.jsonb_build_array(
  (select pg_catalog.count(*) from notes), (select pg_catalog.count(*) from note_lines)
)::text";

pub(super) struct Repair(Project);

impl Repair {
    fn repair(&self, folder: &str) -> Command {
        let arguments = ["repair", "--orphans", "delete", "--export", folder];
        self.0.command(&arguments)
    }

    /// The migrations by name, without their versions.
    fn migrations(&self) -> BTreeMap<String, String> {
        let sandbox = self.0.sandbox();
        let named = |file: String| {
            let (_, name) = file.split_once('_')?;
            Some((name.to_owned(), sandbox.read(&format!("migrations/{file}"))))
        };
        sandbox
            .list("migrations")
            .into_iter()
            .filter_map(named)
            .collect()
    }
}

impl Operation for Repair {
    const NAME: &'static str = "repair";
    const IS_REPAIRED: bool = true;

    async fn prepare(place: &Place) -> Self {
        write(place, OLD).await;
        write(place, NOTES).await;
        let project = Project::new(&place.url, &[]);
        project.sandbox().write("old.sql", OLD);
        let adopted = run(&mut project.command(&["adopt", "--from", "old.sql"]));
        assert!(
            adopted.out.contains("claimed: table public.notes"),
            "{adopted:?}"
        );
        Self(project)
    }

    fn rewind_files(&self) {
        let folder = self.0.sandbox().path();
        for file in self.0.sandbox().list("migrations") {
            if file != "README.md" {
                fs::remove_file(folder.join("migrations").join(file)).unwrap();
            }
        }
        for saved in ["saved", "saved-again"] {
            fs::remove_dir_all(folder.join(saved)).ok();
        }
    }

    fn command(&self, url: &str) -> Command {
        through(self.repair("saved"), url)
    }

    async fn look(&self, place: &Place) -> Value {
        let mut look = look(place, ROWS).await;
        look["migrations"] = json!(self.migrations());
        look
    }

    /// Files that an interrupted run has left are never written over.
    async fn finish(&self, place: &Place, after: &Value) {
        if self.look(place).await == *after {
            return;
        }
        let mut ended = run(&mut through(self.repair("saved"), &place.url));
        if ended.code == 2 {
            assert!(
                !is_empty(&self.0.sandbox().path().join("saved")),
                "{ended:?}"
            );
            ended.assert_error(2, "is not empty; name a new or an empty one");
            ended = run(&mut through(self.repair("saved-again"), &place.url));
        }
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(self.look(place).await, *after, "{ended:?}");
    }
}
