//! Every `.sql` file is loaded by a module beside it, and those that ask a catalog can be prepared.

use std::fs;
use std::path::{Path, PathBuf};

use lodger_database::testing::{Cluster, Template};

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

/// The files that a Rust file includes.
fn included(source: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(source).unwrap();
    let names = text.split("include_str!(\"").skip(1);
    let names = names.filter_map(|rest| rest.split('"').next());
    names
        .map(|name| source.parent().unwrap().join(name))
        .collect()
}

#[test]
fn every_sql_file_is_loaded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut sources, mut texts) = (Vec::new(), Vec::new());
    files(&root, "rs", &mut sources);
    files(&root, "sql", &mut texts);
    let loaded: Vec<PathBuf> = sources.iter().flat_map(|it| included(it)).collect();
    assert!(texts.len() > 20);
    for text in texts {
        assert!(loaded.contains(&text), "nobody loads {}", text.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_catalog_query_is_sql() {
    let database = Cluster::shared().database(Template::Empty).await;
    let client = database.connect().await;
    let mut texts = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog");
    files(&root, "sql", &mut texts);
    assert!(texts.len() > 20);
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("-- why: "), "{}", path.display());
        let prepared = client.prepare(&text).await;
        assert!(prepared.is_ok(), "{}: {prepared:?}", path.display());
    }
}
