//! Any file: what the fuzz targets check, for the corpus and mutations of it.

#[expect(unreachable_pub, reason = "the fuzz targets reach it")]
#[path = "../../../../fuzz/src/files.rs"]
mod files;
#[path = "../../../../fuzz/src/replay.rs"]
mod replay;

const CORPUS: [&str; 5] = [
    "corpus/differential",
    "corpus/hazards",
    "corpus/history",
    "corpus/seed",
    "corpus/silent",
];

#[test]
fn any_file_is_read_or_refused() {
    replay::replay(&replay::seeds(&CORPUS), files::parse_file);
}

#[test]
fn what_fix_writes_parses_and_is_done() {
    replay::replay(&replay::seeds(&CORPUS), files::fix_file);
}
