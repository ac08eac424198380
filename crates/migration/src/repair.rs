//! The text of migrations that make foreign keys point at the identity table, where a wrong migration has
//! already run. Names come as SQL: Postgres itself has put into quotes what needs them.

use std::fmt::Write as _;

use crate::history::{AppliedMigration, states};
use crate::migration::Migration;

/// A foreign key that points at the wrong table of users, or that an earlier repair has left to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongKey {
    /// The table that it stands on.
    pub table: String,
    /// Its name.
    pub constraint: String,
    /// Where the right key is.
    pub right: RightKey,
    /// The column.
    pub column: String,
    /// Where it points.
    pub target: String,
}

/// The right key that belongs in the place of a wrong one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightKey {
    /// It is to be made, under a name that nothing else has while both stand there.
    Missing(String),
    /// It stands there already.
    Beside,
    /// It is this one, NOT VALID: what rows there were before it is not checked.
    Unchecked,
}

/// The identity table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The table.
    pub table: String,
    /// Its key.
    pub column: String,
    /// The key's type.
    pub data_type: String,
}

/// What becomes of rows whose owner is not in the identity table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Orphans {
    /// There are none.
    None,
    /// They stay as they are, and the keys stay NOT VALID: new rows are checked, these are not.
    Keep,
    /// They go; they are saved elsewhere.
    Delete(Vec<Doomed>),
    /// They get other owners.
    Map(Vec<NewOwner>),
}

/// Rows of one table that go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// The table.
    pub table: String,
    /// Which of its rows: a condition in which the table is called `t`.
    pub condition: String,
    /// How many were saved.
    pub rows: u64,
    /// What [`FINGERPRINT`] said of them when they were saved.
    pub fingerprint: String,
    /// They go by themselves, with the rows that they refer to.
    pub follows: bool,
}

/// An owner who is not in the identity table, and the user who takes the rows over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOwner {
    /// The old owner's id.
    pub old: String,
    /// The new owner's.
    pub new: String,
}

/// Tells versions of rows apart: every change makes a new version in another place.
pub const FINGERPRINT: &str = "md5(string_agg(t.ctid::text || t.xmin::text, ',' order by t.ctid))";

/// The names of the migrations: the one about keys, and the one about rows.
const NAMES: [&str; 2] = ["retarget_foreign_keys", "rows_without_a_user"];

/// The migrations: a name and a text each. Locks on the identity table are not held while rows are worked
/// on, which is why what becomes of orphans is a migration of its own.
#[must_use]
pub fn render(identity: &Identity, keys: &[WrongKey], orphans: &Orphans) -> Vec<(String, String)> {
    let is_wrong = |it: &&WrongKey| it.right != RightKey::Unchecked;
    let mut first = String::new();
    if keys.iter().any(|it| is_wrong(&it)) {
        first = format!(
            "-- Foreign keys that pointed at another table of users point at {}.\n",
            identity.table
        );
    }
    for key in keys.iter().filter(is_wrong) {
        first.push_str(&retarget(identity, key));
    }
    let mut files = Vec::new();
    match orphans {
        Orphans::None => first.push_str(&validate(keys)),
        Orphans::Keep => first.push_str(
            "\n-- The keys stay NOT VALID: rows stand there whose owner is not a user.\n",
        ),
        Orphans::Delete(_) | Orphans::Map(_) => {}
    }
    let [of_keys, of_rows] = NAMES;
    if !first.is_empty() {
        files.push((of_keys.to_owned(), first));
    }
    let second = match orphans {
        Orphans::None | Orphans::Keep => return files,
        Orphans::Delete(doomed) => delete(doomed),
        Orphans::Map(owners) => map(identity, keys, owners),
    };
    files.push((of_rows.to_owned(), second + &validate(keys)));
    files
}

/// The migrations of an earlier repair that are still to be applied, where they are not the first of `wanted`:
/// with both in the folder, what the one has done the other would do again, or fail at. As `wanted` they are
/// what a run that was interrupted has left, or the same run again.
#[must_use]
pub fn in_the_way<'a>(
    migrations: &'a [Migration],
    history: &[AppliedMigration],
    wanted: &[(String, String)],
) -> Vec<&'a Migration> {
    let standing = migrations.iter().zip(states(migrations, history));
    let open: Vec<&Migration> = standing
        .filter(|(it, state)| NAMES.contains(&it.name.as_str()) && state.is_due())
        .map(|(it, _)| it)
        .collect();
    let mut pairs = open.iter().zip(wanted);
    let same = pairs.all(|(it, (name, text))| it.name == *name && it.text == *text);
    if same && open.len() <= wanted.len() {
        return Vec::new();
    }
    open
}

fn retarget(identity: &Identity, key: &WrongKey) -> String {
    let WrongKey {
        table,
        constraint,
        column,
        target,
        ..
    } = key;
    let mut text = format!("\n-- {constraint} on {table} pointed at {target}.\n");
    // Writing to a String cannot fail.
    if let RightKey::Missing(passing) = &key.right {
        let _ = write!(
            text,
            "alter table {table} add constraint {passing} foreign key ({column})\n  references {} ({}) \
             on delete cascade not valid;\n",
            identity.table, identity.column
        );
    }
    let _ = writeln!(text, "alter table {table} drop constraint {constraint};");
    if let RightKey::Missing(passing) = &key.right {
        let _ = writeln!(
            text,
            "alter table {table} rename constraint {passing} to {constraint};"
        );
    }
    text
}

fn validate(keys: &[WrongKey]) -> String {
    let mut text = String::new();
    for key in keys.iter().filter(|it| it.right != RightKey::Beside) {
        let (table, constraint) = (&key.table, &key.constraint);
        let _ = write!(
            text,
            "\nalter table {table} validate constraint {constraint};\n"
        );
    }
    text
}

fn delete(doomed: &[Doomed]) -> String {
    let mut text = "-- Rows whose owner is not a user go. They were saved first; if they are not as they were \
                    then,\n-- nothing goes.\n"
        .to_owned();
    for it in doomed {
        let Doomed {
            table,
            condition,
            fingerprint,
            rows,
            ..
        } = it;
        let _ = write!(
            text,
            "\ndo $$\nbegin\n  -- {rows} rows were saved.\n  if (select {FINGERPRINT}\n      from {table} as t\n      \
             where {condition}) <> '{fingerprint}' then\n    raise exception 'rows have changed since they were \
             saved: remove this migration and run lodger repair again';\n  end if;\nend\n$$;\n"
        );
    }
    for it in doomed.iter().filter(|it| !it.follows) {
        let _ = write!(
            text,
            "\ndelete from {} as t\nwhere {};\n",
            it.table, it.condition
        );
    }
    text
}

fn map(identity: &Identity, keys: &[WrongKey], owners: &[NewOwner]) -> String {
    let data_type = &identity.data_type;
    let pairs: Vec<String> = owners
        .iter()
        .map(|it| format!("  ('{}'::{data_type}, '{}'::{data_type})", it.old, it.new))
        .collect();
    let mut text = "-- Rows whose owner is not a user get another owner.\n".to_owned();
    for key in keys {
        let (table, column) = (&key.table, &key.column);
        let _ = write!(
            text,
            "\nupdate {table} as t set {column} = m.new_owner\nfrom (values\n{}\n) as m (old_owner, new_owner)\n\
             where t.{column} = m.old_owner;\n",
            pairs.join(",\n")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse_migration;

    fn key(passing: Option<&str>) -> WrongKey {
        let missing = |name: &str| RightKey::Missing(name.to_owned());
        WrongKey {
            table: "notes".into(),
            constraint: "notes_user_id_fkey".into(),
            right: passing.map_or(RightKey::Beside, missing),
            column: "user_id".into(),
            target: "public.users".into(),
        }
    }

    fn identity() -> Identity {
        Identity {
            table: "auth.users".into(),
            column: "id".into(),
            data_type: "uuid".into(),
        }
    }

    fn rendered(keys: &[WrongKey], orphans: &Orphans) -> String {
        let files = render(&identity(), keys, orphans);
        for (name, text) in &files {
            let parsed = parse_migration("1", name, "f.sql", text.as_bytes());
            assert!(
                parsed.syntax_errors.is_empty(),
                "{text}: {:?}",
                parsed.syntax_errors
            );
        }
        let texts = files
            .iter()
            .map(|(name, text)| format!("== {name}\n{text}"));
        texts.collect()
    }

    #[test]
    fn every_way_with_orphans() {
        let keys = [key(Some("notes_user_id_fkey_auth"))];
        let doomed = |table: &str, follows| Doomed {
            table: table.into(),
            condition: "t.user_id is not null".into(),
            rows: 2,
            fingerprint: "abc".into(),
            follows,
        };
        let owner = NewOwner {
            old: "11111111-1111-4111-8111-111111111111".into(),
            new: "22222222-2222-4222-8222-222222222222".into(),
        };
        let ways = [
            Orphans::None,
            Orphans::Keep,
            Orphans::Delete(vec![doomed("notes", false), doomed("lines", true)]),
            Orphans::Map(vec![owner]),
        ];
        let texts: Vec<String> = ways.iter().map(|it| rendered(&keys, it)).collect();
        insta::assert_snapshot!(texts.join("\n"));
    }

    fn wanted(texts: &[&str]) -> Vec<(String, String)> {
        let named = NAMES.iter().zip(texts);
        named
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    fn standing(files: &[(&str, &str, &str)]) -> Vec<Migration> {
        let parse = |(version, name, text): &(&str, &str, &str)| {
            parse_migration(version, name, "f.sql", text.as_bytes())
        };
        files.iter().map(parse).collect()
    }

    #[test]
    fn an_earlier_repair_is_in_the_way_until_it_is_applied_or_says_the_same() {
        let [keys, rows] = NAMES;
        let versions = |files: &[(&str, &str, &str)], history: &[AppliedMigration]| {
            let there = standing(files);
            let found = in_the_way(&there, history, &wanted(&["select 1", "select 2"]));
            let found: Vec<String> = found.iter().map(|it| it.version.clone()).collect();
            found.join(" ")
        };
        let pair = [("1", keys, "select 1"), ("2", rows, "select 2")];
        assert_eq!(versions(&[], &[]), "");
        assert_eq!(versions(&pair, &[]), "", "a second run");
        assert_eq!(versions(&pair[..1], &[]), "", "interrupted");
        assert_eq!(versions(&pair[1..], &[]), "2", "the first is gone");
        let changed = [pair[0], ("2", rows, "select 3")];
        assert_eq!(versions(&changed, &[]), "1 2", "they belong together");
        let mine = [("1", "notes", "select 3"), pair[0], pair[1]];
        assert_eq!(versions(&mine, &[]), "", "other migrations do not count");
        let applied = |finished, steps_done| AppliedMigration {
            version: "2".into(),
            name: rows.into(),
            checksum: standing(&changed)[1].checksum.clone(),
            baseline: false,
            finished,
            steps: Vec::new(),
            steps_done,
            at: String::new(),
        };
        assert_eq!(versions(&changed[1..], &[applied(true, 1)]), "");
        assert_eq!(versions(&changed[1..], &[applied(false, 1)]), "2");
    }

    #[test]
    fn a_right_key_that_was_left_unchecked_is_only_checked() {
        let left = WrongKey {
            right: RightKey::Unchecked,
            ..key(None)
        };
        let text = rendered(std::slice::from_ref(&left), &Orphans::Delete(Vec::new()));
        assert!(!text.contains(NAMES[0]), "{text}");
        assert!(!text.contains("drop constraint"), "{text}");
        assert!(text.contains("validate constraint notes_user_id_fkey"));
        let text = rendered(&[left], &Orphans::None);
        assert!(text.contains("validate constraint notes_user_id_fkey"));
    }

    #[test]
    fn a_right_key_that_stands_there_is_not_made_again() {
        let text = rendered(&[key(None)], &Orphans::None);
        assert!(
            text.contains("drop constraint") && !text.contains("add constraint"),
            "{text}"
        );
    }
}
