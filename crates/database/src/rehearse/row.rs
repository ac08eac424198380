//! A made-up row of one table: which columns it fills, with what, and how it is found again.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Column};
use lodger_migration::rehearse::value::{Wanted, candidates};
use lodger_migration::rehearse::{Key, Subject, Target};
use uuid::Uuid;

use super::rights::Right;
use crate::sql::{literal, qualified, quoted};

/// A row that was put in, or that was there.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its values as text, of those columns that are known.
    pub values: BTreeMap<String, String>,
    /// The condition that is true of it alone.
    pub predicate: String,
    /// It was there before: the user can have one only.
    pub existing: bool,
}

/// Which of the candidates each column takes. Other columns take the first.
pub(super) type Choice = BTreeMap<String, usize>;

/// Makes rows of one table.
pub(super) struct Maker<'a> {
    pub subject: &'a Subject,
    pub present: &'a CatalogSnapshot,
}

impl Maker<'_> {
    /// The columns that a row must fill itself. Those that a role of `right` may not fill are left to
    /// their defaults; where there is none, the error says so.
    pub(super) fn columns(&self, right: Option<&Right>) -> Result<Vec<&Column>, String> {
        let mut filled = Vec::new();
        for column in &self.subject.table.columns {
            let by_sequence = fills_by_sequence(column);
            let needed = column.not_null && column.default.is_none() && column.identity.is_none();
            let wanted = needed
                || by_sequence
                || self.subject.primary_key.contains(&column.name)
                || self
                    .filling_keys()
                    .any(|key| key.columns.contains(&column.name));
            if column.generated.is_some() || !wanted {
                continue;
            }
            let may = right.is_none_or(|right| right.insert.contains(&column.name));
            match (may, needed, by_sequence) {
                (true, ..) => filled.push(column),
                (false, true, _) => return Err(format!("may not fill column {}", column.name)),
                (false, _, true) => {
                    return Err(format!(
                        "may not fill column {}, and its sequence would move",
                        column.name
                    ));
                }
                (false, ..) => {}
            }
        }
        Ok(filled)
    }

    /// The foreign keys that a row fills: those that lead to its user, and those that must not be null.
    fn filling_keys(&self) -> impl Iterator<Item = &Key> {
        self.subject.keys.iter().filter(|key| {
            key.required || matches!(key.target, Target::Identity | Target::Subject(_))
        })
    }

    /// The values that follow from foreign keys: the user's id, the rows it hangs on, rows of others.
    pub(super) fn key_values(
        &self,
        user: &str,
        rows: &BTreeMap<usize, Row>,
        elsewhere: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        let mut values = BTreeMap::new();
        for key in self.filling_keys() {
            let pairs = key.columns.iter().zip(&key.target_columns);
            for (column, target) in pairs {
                let value = match &key.target {
                    Target::Identity => Some(user.to_owned()),
                    Target::Subject(at) => {
                        rows.get(at).and_then(|row| row.values.get(target)).cloned()
                    }
                    Target::Elsewhere(_) | Target::Later(_) => elsewhere.get(column).cloned(),
                };
                match value {
                    Some(value) => drop(values.insert(column.clone(), value)),
                    None if key.required => {
                        return Err(format!("there is no row that {} could point at", key.name));
                    }
                    None => {}
                }
            }
        }
        Ok(values)
    }

    /// The values of a row: what foreign keys say, and for the rest what `choice` takes of the candidates.
    pub(super) fn values(
        &self,
        columns: &[&Column],
        keys: &BTreeMap<String, String>,
        choice: &Choice,
        number: u32,
    ) -> Result<BTreeMap<String, String>, String> {
        let mut values = BTreeMap::new();
        for column in columns {
            if let Some(value) = keys.get(&column.name) {
                values.insert(column.name.clone(), value.clone());
                continue;
            }
            let all = self.candidates(column, number)?;
            let at = choice.get(&column.name).copied().unwrap_or_default();
            let value = all.get(at).ok_or_else(|| {
                format!("no made-up value of {} passes its constraints", column.name)
            })?;
            values.insert(column.name.clone(), value.clone());
        }
        Ok(values)
    }

    pub(super) fn candidates(&self, column: &Column, number: u32) -> Result<Vec<String>, String> {
        let of_column = self
            .subject
            .checks
            .iter()
            .filter(|(_, it, _)| it.contains(&column.name));
        let checks: Vec<&str> = of_column
            .map(|(_, _, definition)| definition.as_str())
            .collect();
        let fresh = Uuid::new_v4().to_string();
        let wanted = Wanted {
            column,
            unique: fills_by_sequence(column) || self.subject.primary_key.contains(&column.name),
            checks: &checks,
            fresh: &fresh,
            row: number,
        };
        candidates(&wanted, self.present).ok_or_else(|| {
            format!(
                "no value is known for column {} of type {}",
                column.name, column.data_type
            )
        })
    }

    /// The table's name, quoted.
    pub(super) fn table(&self) -> String {
        qualified(
            self.subject.id.schema.as_deref().unwrap_or_default(),
            &self.subject.id.name,
        )
    }

    /// INSERT of these values. Sequences are not asked: a value that is given moves none.
    pub(super) fn insert(&self, values: &BTreeMap<String, String>) -> String {
        let columns: Vec<String> = values.keys().map(|name| quoted(name)).collect();
        let given = values.iter().map(|(name, value)| self.typed(name, value));
        let given: Vec<String> = given.collect();
        if given.is_empty() {
            return format!("insert into {} default values", self.table());
        }
        format!(
            "insert into {} ({}) overriding system value values ({})",
            self.table(),
            columns.join(", "),
            given.join(", ")
        )
    }

    /// The condition that is true of the row with these values: by primary key where that is known.
    pub(super) fn predicate(&self, values: &BTreeMap<String, String>) -> String {
        let key = &self.subject.primary_key;
        let by_key = !key.is_empty() && key.iter().all(|name| values.contains_key(name));
        let compared = values.iter().filter(|(name, _)| {
            if by_key {
                key.contains(name)
            } else {
                self.has_equality(name)
            }
        });
        let conditions =
            compared.map(|(name, value)| format!("{} = {}", quoted(name), self.typed(name, value)));
        conditions.collect::<Vec<_>>().join(" and ")
    }

    /// A value as a literal of its column's type.
    pub(super) fn typed(&self, column: &str, value: &str) -> String {
        match self.column(column) {
            Some(it) => format!("{}::{}", literal(value), it.data_type),
            None => literal(value),
        }
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.subject.table.columns.iter().find(|it| it.name == name)
    }

    fn has_equality(&self, column: &str) -> bool {
        let without = [
            "json", "xml", "point", "box", "polygon", "path", "line", "circle",
        ];
        self.column(column)
            .is_some_and(|it| !without.contains(&it.data_type.as_str()))
    }
}

fn fills_by_sequence(column: &Column) -> bool {
    let asks = |default: &String| default.contains("nextval(");
    column.identity.is_some() || column.default.as_ref().is_some_and(asks)
}
