//! What a guard skips although the statement does not stand alone: Postgres said so, and the text is compared.

use super::Look;
use crate::catalog::{Column as There, Object, Table};
use crate::clause::{Clause, Column, CreateTable, ForeignKey};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::owner::Owner;
use crate::run::Notice;

impl Look<'_> {
    /// Of an object that Postgres said it skips: whether it looks as the text says.
    pub(super) fn skipped_as_noticed(&self, notice: &Notice, object: Option<ObjectId>) -> Outcome {
        let compared = object.as_ref().and_then(|id| self.compared(id));
        let differences = compared
            .unwrap_or_else(|| vec!["not compared: the statement does not stand alone".to_owned()]);
        let ours = object
            .as_ref()
            .is_some_and(|id| self.owner(id) == Owner::Ours);
        let action = match (differences.is_empty(), ours) {
            (true, true) => Action::AlreadyThere,
            (true, false) => Action::SkippedSameShape,
            (false, _) => Action::SkippedDifferentShape,
        };
        Outcome {
            differences,
            detail: Some(notice.message.clone()),
            ..self.outcome(action, object)
        }
    }

    /// In what the object differs from the text; `None` when the text does not say all.
    fn compared(&self, id: &ObjectId) -> Option<Vec<String>> {
        // of a schema the text says no more than its name
        if id.kind == ObjectKind::Schema {
            return Some(Vec::new());
        }
        let clauses = self.statement.clauses.iter();
        clauses
            .into_iter()
            .find_map(|clause| match (clause, id.kind) {
                (Clause::CreateTable(it), ObjectKind::Table) if it.name.name == id.name => {
                    self.differs(id, it)
                }
                (Clause::Index(it), ObjectKind::Index) => {
                    self.index_differs(id, &it.table.name, &it.definition)
                }
                (Clause::AddColumn(it), ObjectKind::Column) if it.column.name == id.name => {
                    let table = self
                        .before
                        .table(id.schema.as_deref()?, id.table.as_deref()?)?;
                    let there = table.columns.iter().find(|there| there.name == id.name)?;
                    Some(column_differs(&it.column, there).into_iter().collect())
                }
                _ => None,
            })
    }

    /// In what a table that stands there differs from what the text says; `None` when the text does not
    /// say all.
    fn differs(&self, id: &ObjectId, written: &CreateTable) -> Option<Vec<String>> {
        let (schema, table) = (
            id.schema.as_deref()?,
            self.before.table(id.schema.as_deref()?, &id.name)?,
        );
        if written.open_ended {
            return None;
        }
        let mut sentences = columns_differ(written, table);
        for clause in &self.statement.clauses {
            let Clause::ForeignKey(key) = clause else {
                continue;
            };
            if key.table == written.name && !self.has_key(schema, &id.name, key) {
                let (columns, target) = (key.columns.join(", "), &key.target.name);
                sentences.push(format!("foreign key on {columns} to {target}: missing"));
            }
        }
        Some(sentences)
    }

    /// The table has a foreign key on these columns to that table.
    fn has_key(&self, schema: &str, table: &str, key: &ForeignKey) -> bool {
        self.before
            .of_table(schema, table)
            .any(|(_, entry)| match &entry.object {
                Object::Constraint(it) => it.foreign_key.as_ref().is_some_and(|there| {
                    let schema = key.target.schema.as_ref();
                    it.columns == key.columns
                        && there.table == key.target.name
                        && schema.is_none_or(|schema| *schema == there.schema)
                }),
                _ => false,
            })
    }

    fn index_differs(&self, id: &ObjectId, table: &str, definition: &str) -> Option<Vec<String>> {
        let Object::Index(there) = &self.before.get(id)?.object else {
            return None;
        };
        let mut sentences = Vec::new();
        if there.table != table {
            sentences.push(format!("table: {}, declared {table}", there.table));
        }
        let found = there.definition.to_ascii_lowercase();
        let found = found.split_once(" using ").map_or("", |(_, rest)| rest);
        let plain = |text: &str| {
            let text = text
                .replace("btree ", "")
                .replace("using ", "")
                .replace(' ', "");
            text.replace("asc", "")
        };
        if plain(found) != plain(definition) {
            sentences.push(format!("definition: {found}, declared {definition}"));
        }
        Some(sentences)
    }
}

fn columns_differ(written: &CreateTable, table: &Table) -> Vec<String> {
    let mut sentences = Vec::new();
    for column in &written.columns {
        match table.columns.iter().find(|it| it.name == column.name) {
            None => sentences.push(format!("column {}: missing", column.name)),
            Some(there) => sentences.extend(column_differs(column, there)),
        }
    }
    sentences
}

fn column_differs(written: &Column, there: &There) -> Option<String> {
    let (declared, found) = (type_name(&written.data_type), type_name(&there.data_type));
    let name = &written.name;
    if declared != found {
        return Some(format!("column {name}: {found}, declared {declared}"));
    }
    // A primary key that the table's constraints say makes a column NOT NULL too.
    (written.not_null && !there.not_null)
        .then(|| format!("column {name}: may be null, declared not null"))
}

/// A type as `format_type` prints it, without its schema and the spaces in it.
fn type_name(written: &str) -> String {
    let text: String = written.chars().filter(|c| *c != '"').collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (base, rest) = match text.find(['(', '[']) {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    let base = base.trim().rsplit('.').next().unwrap_or_default();
    let base = match base {
        "int" | "int4" | "serial" | "serial4" => "integer",
        "int8" | "bigserial" | "serial8" => "bigint",
        "int2" | "smallserial" | "serial2" => "smallint",
        "bool" => "boolean",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "time" => "time without time zone",
        "varchar" => "character varying",
        "char" | "bpchar" => "character",
        "decimal" => "numeric",
        "float8" | "float" => "double precision",
        "float4" => "real",
        other => other,
    };
    format!("{base}{rest}").replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_the_same_however_they_are_written() {
        let pairs = [
            ("timestamptz", "timestamp with time zone"),
            ("text []", "text[]"),
            ("varchar(20)", "character varying(20)"),
            ("numeric(10, 2)", "numeric(10,2)"),
            ("session_status", "public.session_status"),
            ("serial", "integer"),
        ];
        for (written, printed) in pairs {
            assert_eq!(type_name(written), type_name(printed));
        }
        assert_ne!(type_name("int"), type_name("bigint"));
    }
}
