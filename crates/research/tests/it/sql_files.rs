//! Every `.sql` of the store is a statement that the database understands.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::World;

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|it| it == "sql") {
            found.push(path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_can_be_prepared() {
    let world = World::new().await;
    let client = world.admin().await;
    let mut found = Vec::new();
    texts(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(found.len() > 10);
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("-- why: "), "{}", path.display());
        let prepared = client.prepare(&text).await;
        assert!(prepared.is_ok(), "{}: {prepared:?}", path.display());
    }
}
