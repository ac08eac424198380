//! Which object a name in a statement means, looked up as Postgres does.

use super::Look;
use crate::object::{ObjectId, ObjectKind};
use crate::statement::{Mention, MentionRole};

/// The kinds of object that a catalog holds, in the order in which a name is looked up among them.
const KINDS: [ObjectKind; 16] = [
    ObjectKind::Schema,
    ObjectKind::Extension,
    ObjectKind::Type,
    ObjectKind::Sequence,
    ObjectKind::Table,
    ObjectKind::View,
    ObjectKind::Function,
    ObjectKind::Constraint,
    ObjectKind::Index,
    ObjectKind::Trigger,
    ObjectKind::EventTrigger,
    ObjectKind::Policy,
    ObjectKind::Rule,
    ObjectKind::Publication,
    ObjectKind::DefaultPrivileges,
    ObjectKind::Setting,
];

impl Look<'_> {
    /// The object that the statement is about, as far as its text tells.
    pub(super) fn named_object(&self) -> Option<ObjectId> {
        let about = [
            MentionRole::Creates,
            MentionRole::Replaces,
            MentionRole::Drops,
            MentionRole::Alters,
            MentionRole::Writes,
            MentionRole::Grants,
            MentionRole::AttachesTo,
        ];
        let mention = about
            .iter()
            .find_map(|role| self.statement.mentions_as(*role).next())?;
        self.resolve(mention).or_else(|| self.unresolved(mention))
    }

    /// The object that a name means where it stands, looked up as Postgres does.
    pub(super) fn resolve(&self, mention: &Mention) -> Option<ObjectId> {
        let schemas: Vec<&String> = match (&mention.name.schema, &mention.table) {
            (Some(schema), _) => vec![schema],
            (None, Some(table)) if table.schema.is_some() => table.schema.iter().collect(),
            _ => self.run.search_path.iter().collect(),
        };
        let table = mention.table.as_ref().map(|it| it.name.as_str());
        let kinds = KINDS.iter().copied();
        let kinds: Vec<ObjectKind> = kinds
            .filter(|it| mention.kind.is_none_or(|kind| same_kind(kind, *it)))
            .collect();
        let find = |kind, schema| self.before.find(kind, schema, table, &mention.name.name);
        let found = schemas.into_iter().find_map(|schema| {
            let mut kinds = kinds.iter();
            kinds.find_map(|kind| find(*kind, None).or_else(|| find(*kind, Some(schema))))
        });
        found.cloned()
    }

    pub(super) fn unresolved(&self, mention: &Mention) -> Option<ObjectId> {
        let kind = mention.kind?;
        let schema = mention
            .name
            .schema
            .clone()
            .or_else(|| self.run.search_path.first().cloned());
        Some(ObjectId {
            kind,
            schema: schema.filter(|_| kind != ObjectKind::Schema && kind != ObjectKind::Extension),
            table: mention.table.as_ref().map(|table| table.name.clone()),
            name: mention.name.name.clone(),
            arguments: None,
        })
    }
}

fn same_kind(mentioned: ObjectKind, there: ObjectKind) -> bool {
    let relation = |kind| matches!(kind, ObjectKind::Table | ObjectKind::View);
    mentioned == there || (relation(mentioned) && relation(there))
}
