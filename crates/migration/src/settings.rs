//! What a project says of itself: its name, its home schema, whom its rows belong to, what it allows.

use std::collections::BTreeMap;

use crate::diagnostic::Severity;
use crate::object::ObjectId;

/// The project's settings, from `lodger.toml` and the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The project's name: the key of its history and its claims.
    pub project: String,
    /// The schema its unqualified names go to.
    pub schema: String,
    /// The table that rows are owned by, `schema.name`; `auth.users` on Supabase.
    pub identity_table: IdentityTable,
    /// Allowed findings.
    pub allow: Vec<Allowance>,
    /// How much a rule's findings weigh for this project, where it is not what the rule says.
    pub severities: BTreeMap<String, Severity>,
}

/// The table whose rows are the users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its key column.
    pub column: String,
}

impl Default for IdentityTable {
    fn default() -> Self {
        Self {
            schema: "auth".into(),
            name: "users".into(),
            column: "id".into(),
        }
    }
}

impl Settings {
    /// The settings of a project that says nothing but its name.
    #[must_use]
    pub fn new(project: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            schema: "public".into(),
            identity_table: IdentityTable::default(),
            allow: Vec::new(),
            severities: BTreeMap::new(),
        }
    }
}

/// One thing that the project is allowed to do to somebody else's object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The rule's id.
    pub rule: String,
    /// The object's name as Lodger prints it, such as `public.users`; `*` stands for any run of characters.
    pub object: String,
    /// Why it is all right.
    pub reason: String,
}

impl Allowance {
    /// It is about a finding of `rule` about `object`.
    #[must_use]
    pub fn covers(&self, rule: &str, object: Option<&ObjectId>) -> bool {
        let name = object.map(ObjectId::name).unwrap_or_default();
        self.rule == rule && matches_glob(&self.object, &name)
    }
}

/// `*` stands for any run of characters, everything else for itself.
pub(crate) fn matches_glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut tail) = text.strip_prefix(head) else {
        return false;
    };
    loop {
        if matches_glob(rest, tail) {
            return true;
        }
        let mut characters = tail.chars();
        if characters.next().is_none() {
            return false;
        }
        tail = characters.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        assert!(matches_glob("public.*", "public.users"));
        assert!(matches_glob("*on auth.users", "welcome on auth.users"));
        assert!(!matches_glob("public.users", "public.users2"));
        assert!(matches_glob("*", ""));
    }
}
