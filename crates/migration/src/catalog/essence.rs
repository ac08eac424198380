//! The properties of an object that every version of Postgres reports in the same words.

use super::{Constraint, Entry, Object, Table};

impl Entry {
    /// What the object is, in words that can be compared across versions of Postgres. Definitions that
    /// the server prints are left out, because versions print them differently; what they resolve to
    /// is in.
    #[must_use]
    pub fn essence(&self) -> Vec<String> {
        match &self.object {
            Object::Table(it) => table(it),
            Object::Constraint(it) => constraint(it),
            Object::Index(it) => vec![
                format!("table {}", it.table),
                format!("columns {}", it.columns.join(", ")),
                format!("unique {}", it.unique),
                format!("valid {}", it.valid),
            ],
            Object::View(it) => it
                .columns
                .iter()
                .map(|(name, kind)| format!("{name} {kind}"))
                .collect(),
            Object::Function(it) => vec![
                format!("body {}", it.body.trim()),
                format!("security definer {}", it.security_definer),
                format!("settings {}", it.settings.join(", ")),
            ],
            Object::Trigger(it) => vec![
                format!("function {}.{}", it.function_schema, it.function),
                format!("state {}", it.enabled),
            ],
            Object::Policy(it) => vec![
                format!("command {}", it.command),
                format!("permissive {}", it.permissive),
                format!("roles {}", it.roles.join(", ")),
            ],
            Object::Rule(_) | Object::Extension(_) => Vec::new(),
            // ALL means one privilege more from 17 on.
            Object::DefaultPrivileges(it) => {
                let grants = it.grants.iter();
                let everywhere =
                    grants.filter(|it| !it.trim_end_matches('*').ends_with("=MAINTAIN"));
                everywhere.cloned().collect()
            }
            _ => self
                .shape()
                .into_iter()
                .map(|(label, value)| format!("{label} {value}"))
                .collect(),
        }
    }
}

fn table(it: &Table) -> Vec<String> {
    let mut all: Vec<String> = it
        .columns
        .iter()
        .map(|column| {
            let not_null = if column.not_null { " not null" } else { "" };
            format!("column {} {}{not_null}", column.name, column.data_type)
        })
        .collect();
    all.push(format!("row-level security {}", it.rls));
    all.push(format!("forced row-level security {}", it.force_rls));
    all
}

fn constraint(it: &Constraint) -> Vec<String> {
    let mut all = vec![
        format!("kind {}", it.kind),
        format!("columns {}", it.columns.join(", ")),
        format!("validated {}", it.validated),
    ];
    all.extend(it.foreign_key.as_ref().map(|key| {
        let columns = key.columns.join(", ");
        let actions = format!("on delete {}, on update {}", key.on_delete, key.on_update);
        format!(
            "a reference to {}.{} ({columns}) {actions}",
            key.schema, key.table
        )
    }));
    all
}
