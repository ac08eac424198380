//! `lodger rollback --export`: wherever it ends, the rows are in the database or, all of them, in the files.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::operation::{Operation, Place, Stand, run, write};
use super::rollback::{applied, rolled_back};
use super::store::through;
use crate::project::Project;

const ROWS: &str = "insert into diaries select n, (select id from auth.users order by id limit 1)
from generate_series(1, 300) as n;
insert into pages select n, 1 + n % 300, 'good', repeat('page ' || n || E'\\n', 20)
from generate_series(1, 3000) as n;";
const COUNTS: &str = "select pg_catalog.jsonb_build_array(
  (select pg_catalog.count(*) from diaries), (select pg_catalog.count(*) from pages)
)::text";
/// What files there are when all rows are saved.
const FILES: [&str; 3] = ["manifest.json", "public.diaries.csv", "public.pages.csv"];

pub(super) struct Export(Project);

impl Export {
    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.0.sandbox().path().join(name)
    }

    /// The tables' files, if all of them are there.
    fn saved(&self, folder: &str) -> Option<Vec<String>> {
        let folder = self.folder(folder);
        let read = |name: &&str| std::fs::read_to_string(folder.join(name)).ok();
        let texts: Option<Vec<String>> = FILES[1..].iter().map(read).collect();
        let texts = texts?;
        let manifest: Value = serde_json::from_str(&read(&FILES[0])?).ok()?;
        let is_whole = manifest["tables"].as_array()?.len() == texts.len();
        is_whole.then_some(texts)
    }

    fn rollback(&self, folder: &str) -> Command {
        self.0.command(&["rollback", "--all", "--export", folder])
    }

    /// The rows are in the database, or in one of the folders.
    async fn check_rows(&self, stand: Stand, place: &Place, after: &Value) {
        if stand == Stand::Before {
            let rows = super::operation::look(place, COUNTS).await;
            assert_eq!(rows["rows"], json!([300, 3000]));
            return;
        }
        let folders = ["saved", "saved-again"];
        let saved: Vec<_> = folders.iter().filter_map(|it| self.saved(it)).collect();
        assert!(!saved.is_empty(), "the rows are nowhere");
        assert!(
            saved.iter().any(|it| json!(it) == after["files"]),
            "{saved:?}"
        );
    }
}

impl Operation for Export {
    const NAME: &'static str = "export";

    async fn prepare(place: &Place) -> Self {
        let project = applied(place);
        write(place, ROWS).await;
        Self(project)
    }

    fn rewind_files(&self) {
        for folder in ["saved", "saved-again"] {
            std::fs::remove_dir_all(self.folder(folder)).ok();
        }
    }

    fn command(&self, url: &str) -> Command {
        through(self.rollback("saved"), url)
    }

    async fn look(&self, place: &Place) -> Value {
        let mut look = rolled_back(place).await;
        look["files"] = json!(self.saved("saved"));
        look
    }

    async fn stand(&self, place: &Place, before: &Value, after: &Value) -> Stand {
        let look = rolled_back(place).await;
        let is = |it: &Value| look["catalog"] == it["catalog"] && look["books"] == it["books"];
        let stand = if is(before) {
            Stand::Before
        } else {
            assert!(is(after), "{look:#}");
            Stand::After
        };
        self.check_rows(stand, place, after).await;
        stand
    }

    /// Files that an interrupted run has left are never written over: the next run says so, and takes another
    /// folder.
    async fn finish(&self, place: &Place, after: &Value) {
        let mut ended = run(&mut through(self.rollback("saved"), &place.url));
        if ended.code == 2 {
            assert!(!is_empty(&self.folder("saved")), "{ended:?}");
            ended.assert_error(2, "is not empty; name a new or an empty one");
            ended = run(&mut through(self.rollback("saved-again"), &place.url));
        }
        assert_eq!(ended.code, 0, "{ended:?}");
        let stand = self.stand(place, &Value::Null, after).await;
        assert_eq!(stand, Stand::After);
    }
}

pub(super) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut it| it.next().is_none())
}
