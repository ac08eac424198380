//! Names within an archive: such that every system can unpack all of them, each into a file of its own.

use std::collections::HashSet;

/// What Windows keeps for devices, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The names that were given so far, as a system compares them that does not tell capital letters.
#[derive(Debug, Default)]
pub(super) struct Names {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Names {
    /// No name yet but this one.
    pub(super) fn beside(taken: &str) -> Self {
        Self {
            files: HashSet::from([taken.to_lowercase()]),
            folders: HashSet::new(),
        }
    }

    /// A name for the file at this path: the path itself wherever that can be.
    pub(super) fn take(&mut self, path: &str) -> String {
        let parts: Vec<String> = path.split('/').map(safe).collect();
        let plain = parts.join("/");
        let mut name = plain.clone();
        let mut number = 2_u64;
        while !self.is_free(&name) {
            name = numbered(&parts, number, self.is_below_a_file(&plain));
            number += 1;
        }
        let lower = name.to_lowercase();
        self.folders.extend(above(&lower).map(ToOwned::to_owned));
        self.files.insert(lower);
        name
    }

    fn is_free(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        !self.files.contains(&lower)
            && !self.folders.contains(&lower)
            && !self.is_below_a_file(&lower)
    }

    fn is_below_a_file(&self, name: &str) -> bool {
        above(&name.to_lowercase()).any(|it| self.files.contains(it))
    }
}

/// The folders that a name lies in.
fn above(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').filter_map(|(at, _)| name.get(..at))
}

/// The name with a number: in the last part, before its ending, or in the first one when a folder is in the way.
fn numbered(parts: &[String], number: u64, in_folder: bool) -> String {
    let mut parts = parts.to_vec();
    let part = if in_folder {
        parts.first_mut()
    } else {
        parts.last_mut()
    };
    if let Some(part) = part {
        *part = match part.rsplit_once('.') {
            Some((stem, ending)) if !in_folder && !stem.is_empty() => {
                format!("{stem} ({number}).{ending}")
            }
            _ => format!("{part} ({number})"),
        };
    }
    parts.join("/")
}

/// A part without what some system does not have in names. The store has refused steps, backslashes and control characters.
fn safe(part: &str) -> String {
    let kept = |it: char| if "<>:\"|?*".contains(it) { '_' } else { it };
    let mut name: String = part.chars().map(kept).collect();
    if name.ends_with(['.', ' ']) {
        name.pop();
        name.push('_');
    }
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let is_port = (stem.starts_with("com") || stem.starts_with("lpt"))
        && stem.len() == 4
        && stem.ends_with(|it: char| it.is_ascii_digit());
    if is_port || DEVICES.contains(&stem.as_str()) {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stay_what_they_are_unless_they_cannot() {
        let mut names = Names::beside("left-out.txt");
        let mut take = |path| names.take(path);
        assert_eq!(take("2_planning/outline.md"), "2_planning/outline.md");
        assert_eq!(take("2_planning/Outline.md"), "2_planning/Outline (2).md");
        assert_eq!(take("2_planning/OUTLINE.md"), "2_planning/OUTLINE (3).md");
        assert_eq!(take("2_Planning"), "2_Planning (2)");
        assert_eq!(take("a"), "a");
        assert_eq!(take("A/b"), "A (2)/b");
        assert_eq!(take("left-out.txt"), "left-out (2).txt");
        assert_eq!(take("a: b?.md"), "a_ b_.md");
        assert_eq!(take("con.md"), "_con.md");
        assert_eq!(take("COM1"), "_COM1");
        assert_eq!(take("end. "), "end._");
        assert_eq!(take(".hidden"), ".hidden");
        assert_eq!(take(".Hidden"), ".Hidden (2)");
    }

    proptest! {
        #[test]
        fn no_two_files_meet(paths in prop::collection::vec("[aAbB:]{1,2}(/[aA?.]{1,2}){0,2}", 1..30)) {
            let mut names = Names::default();
            let taken: Vec<String> = paths.iter().map(|it| names.take(it).to_lowercase()).collect();
            for (at, one) in taken.iter().enumerate() {
                for other in &taken[at + 1..] {
                    prop_assert_ne!(one, other);
                    let (inside, outside) = (format!("{one}/"), format!("{other}/"));
                    prop_assert!(!other.starts_with(&inside) && !one.starts_with(&outside));
                }
            }
        }
    }
}
