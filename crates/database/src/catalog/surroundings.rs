//! What the rows of several kinds refer to by OID: relations, columns, comments, extensions.

use std::collections::{BTreeMap, HashMap};

use lodger_migration::catalog::{Column, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};

/// What other rows refer to, by OID.
#[derive(Debug, Default, Clone)]
pub(crate) struct Surroundings {
    /// Schema and name of every relation.
    pub(super) relations: HashMap<Oid, (String, String)>,
    /// Number and column, in order, of every relation.
    pub(super) columns: BTreeMap<Oid, Vec<(i16, Column)>>,
    /// Who wrote a column of a relation last.
    pub(super) versions: HashMap<Oid, u32>,
    /// Comments by class, object and part.
    pub(super) comments: HashMap<(Oid, Oid, i32), String>,
    /// Extensions by class and object.
    pub(super) extensions: HashMap<(Oid, Oid), String>,
    /// Constraints by the index that backs them.
    pub(super) constraints: HashMap<Oid, String>,
}

impl Surroundings {
    pub(super) fn comment(&self, class: Oid, object: Oid, part: i32) -> Option<String> {
        self.comments.get(&(class, object, part)).cloned()
    }

    pub(super) fn extension(&self, class: Oid, object: Oid) -> Option<String> {
        self.extensions.get(&(class, object)).cloned()
    }

    /// The columns of a relation, in order.
    pub(super) fn columns_of(&self, relation: Oid) -> impl Iterator<Item = &Column> {
        let columns = self.columns.get(&relation).into_iter().flatten();
        columns.map(|(_, column)| column)
    }

    /// The names of some columns of a relation. Numbers of system columns and of expressions have none.
    pub(super) fn column_names(&self, relation: Oid, numbers: &[i16]) -> Vec<String> {
        let numbers = numbers.iter();
        numbers
            .filter_map(|number| self.column_name(relation, *number))
            .collect()
    }

    pub(super) fn column_name(&self, relation: Oid, number: i16) -> Option<String> {
        let columns = self.columns.get(&relation)?;
        let at = columns
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        columns.get(at).map(|(_, column)| column.name.clone())
    }

    /// The identity of something that belongs to a relation; `None` when that is not in the snapshot.
    pub(super) fn on_relation(
        &self,
        kind: ObjectKind,
        relation: Oid,
        name: String,
    ) -> Option<ObjectId> {
        let (schema, table) = self.relations.get(&relation)?;
        Some(ObjectId::on_table(
            kind,
            schema.as_str(),
            table.as_str(),
            name,
        ))
    }
}
