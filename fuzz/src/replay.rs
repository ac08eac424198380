//! Replays seeds and mutations of them, for as long as a test may take.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long mutations go on.
const TIME: Duration = Duration::from_secs(2);
const MOST_EDITS: usize = 4;

/// Calls `body` with every seed, then with mutations of them: always the same ones, as far as the time reaches.
pub(crate) fn replay(seeds: &[Vec<u8>], body: fn(&[u8])) {
    assert!(!seeds.is_empty());
    for seed in seeds {
        body(seed);
    }
    let mut random = Random(1);
    let started = Instant::now();
    while started.elapsed() < TIME {
        body(&mutation(&mut random, seeds));
    }
}

/// The files below these folders of the repository.
pub(crate) fn seeds(folders: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders: Vec<_> = folders.iter().map(|it| root.join(it)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of seeds") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
        .iter()
        .map(|it| fs::read(it).expect("a seed"))
        .collect()
}

/// A part of one seed, put into another or left out of it; now and then some other byte.
fn mutation(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.seed(seeds).to_vec();
    for _ in 0..=random.below(MOST_EDITS) {
        let from = random.below(bytes.len() + 1);
        let to = from + random.below(bytes.len() + 1 - from).min(random.below(64));
        let other = random.seed(seeds);
        let start = random.below(other.len() + 1);
        let end = start + random.below(other.len() + 1 - start).min(random.below(64));
        let piece = match random.below(3) {
            0 => Vec::new(),
            1 => other.get(start..end).unwrap_or_default().to_vec(),
            _ => vec![u8::try_from(random.below(256)).expect("a byte")],
        };
        bytes.splice(from..to, piece);
    }
    bytes
}

/// Numbers that look random.
struct Random(u64);

impl Random {
    fn seed<'a>(&mut self, seeds: &'a [Vec<u8>]) -> &'a [u8] {
        let at = self.below(seeds.len());
        seeds.get(at).map_or(&[], Vec::as_slice)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let limit = u64::try_from(limit).expect("a length").max(1);
        usize::try_from(self.0 % limit).expect("less than a length")
    }
}
