//! What stands in a database, as facts that can be compared, and what a comparison says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use lodger_migration::hex;
use tokio_postgres::{Client, Error, Row};

/// Everything that stands in a database at one moment: definitions, OIDs, grants, comments, sequence values,
/// and the rows of every table as number and checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    facts: BTreeMap<Key, Fact>,
}

/// Of what, and which side of it: `table public.users`, `column email`.
type Key = (String, String);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    /// It is part of the platform, to which a project may attach things of its own.
    landlord: bool,
    value: String,
}

/// What a project may attach to the landlord's objects without doing harm to anybody.
const WELCOME_THERE: &[&str] = &[
    "trigger ",
    "policy ",
    "referenced by ",
    "table ",
    "extension ",
];

impl Facts {
    /// What is not as it was, one sentence each, when these facts were followed by `later`. New objects are no
    /// harm, unless they hang on one that was there before.
    #[must_use]
    pub fn damage(&self, later: &Self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (key, fact) in &self.facts {
            let (subject, property) = key;
            match later.facts.get(key) {
                None => sentences.push(format!("{subject}: {property} is gone")),
                Some(now) if now.value != fact.value => sentences.push(format!(
                    "{subject}: {property} was `{}` and is `{}`",
                    fact.value, now.value
                )),
                Some(_) => {}
            }
        }
        let subjects: BTreeSet<_> = self.facts.keys().map(|(subject, _)| subject).collect();
        for (key, fact) in &later.facts {
            let (subject, property) = key;
            let welcome =
                fact.landlord && WELCOME_THERE.iter().any(|kind| property.starts_with(kind));
            if subjects.contains(subject) && !self.facts.contains_key(key) && !welcome {
                sentences.push(format!("{subject}: {property} is new: `{}`", fact.value));
            }
        }
        sentences
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// There are none: not even a schema stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// One of them, such as `rows` of `table public.users`.
    #[must_use]
    pub fn get(&self, subject: &str, property: &str) -> Option<&str> {
        let key = (subject.to_owned(), property.to_owned());
        self.facts.get(&key).map(|fact| fact.value.as_str())
    }

    /// SHA-256 of all of them, in hexadecimal digits: the same digest means the same facts.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::sha256(self.to_string().as_bytes())
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((subject, property), fact) in &self.facts {
            writeln!(f, "{subject}: {property}: {}", fact.value)?;
        }
        Ok(())
    }
}

/// Reads the facts. The session must be a superuser's, who sees every row.
///
/// # Errors
/// When the connection breaks.
pub async fn load_facts(client: &Client) -> Result<Facts, Error> {
    // with an empty path Postgres qualifies every name, whatever the session's path is
    let row = client.query_one("show search_path", &[]).await?;
    client.batch_execute("set search_path = ''").await?;
    let facts = load_qualified(client).await?;
    let path: &str = row.get(0);
    let restore = "select pg_catalog.set_config('search_path', $1, false)";
    client.query_one(restore, &[&path]).await?;
    Ok(Facts { facts })
}

async fn load_qualified(client: &Client) -> Result<BTreeMap<Key, Fact>, Error> {
    let mut rows = client.query(include_str!("facts.sql"), &[]).await?;
    let sums = client.query(include_str!("row_sums.sql"), &[]).await?;
    let statements: Vec<String> = sums.iter().map(|row| row.get(0)).collect();
    if !statements.is_empty() {
        rows.extend(client.query(&statements.join(" union all "), &[]).await?);
    }
    let fact = |row: &Row| {
        let fact = Fact {
            landlord: row.get(0),
            value: row.get(3),
        };
        ((row.get(1), row.get(2)), fact)
    };
    Ok(rows.iter().map(fact).collect())
}
