//! The generated pages under `docs/` are those that this binary writes.

use std::fs;
use std::path::Path;

use crate::sandbox::Sandbox;

#[test]
fn the_documentation_has_the_generated_pages() {
    let sandbox = Sandbox::new();
    let made = sandbox.run(&["reference", ".", "--format", "json"]);
    assert_eq!(made.code, 0, "{made:?}");
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for page in made["created"].as_array().unwrap() {
        let page = page.as_str().unwrap();
        let kept = fs::read_to_string(docs.join(page)).unwrap_or_default();
        assert!(
            kept == sandbox.read(page),
            "docs/{page} is out of date: run `cargo xtask codegen`"
        );
    }
}
