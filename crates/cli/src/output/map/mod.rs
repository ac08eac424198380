//! The map of a database as a drawing: SVG, Mermaid or DOT.

pub(crate) mod dot;
pub(crate) mod mermaid;
pub(crate) mod svg;

use lodger_migration::map::{Group, Map, Reference, ReferenceKind};
use lodger_migration::object::ObjectId;
use lodger_migration::owner::Owner;

/// A group's title.
fn title(group: &Group, project: &str) -> String {
    match &group.owner {
        Owner::Ours => format!("{project} (this project)"),
        Owner::Other { project } => format!("project {project}"),
        Owner::Unclaimed => "nobody claims".to_owned(),
        Owner::Landlord if group.left_out > 0 => {
            format!("the landlord's, and {} more", group.left_out)
        }
        Owner::Landlord => "the landlord's".to_owned(),
    }
}

/// A number for each relation that is drawn, in the order of the drawing.
fn numbered(map: &Map) -> impl Iterator<Item = (usize, &ObjectId)> {
    let relations = map.groups.iter().flat_map(|it| &it.relations);
    relations.map(|it| &it.id).enumerate()
}

/// The references whose ends are both drawn, with the numbers of these.
fn drawn(map: &Map) -> Vec<(usize, usize, &Reference)> {
    let numbers: std::collections::BTreeMap<&ObjectId, usize> =
        numbered(map).map(|(number, id)| (id, number)).collect();
    let ends = |it: &Reference| Some((*numbers.get(&it.from)?, *numbers.get(&it.to)?));
    let references = map.references.iter();
    references
        .filter_map(|it| ends(it).map(|(from, to)| (from, to, it)))
        .collect()
}

/// The colour of a reference, the same in every drawing and legible on dark and light.
fn color(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::WrongUsers => "#d92d20",
        ReferenceKind::Foreign => "#c77700",
        ReferenceKind::Identity => "#16803c",
        ReferenceKind::Own | ReferenceKind::Reads => "#808890",
    }
}

/// What is written at a reference: the columns, and a warning where one is due.
fn label(reference: &Reference) -> String {
    let columns = reference.columns.join(", ");
    match reference.kind {
        ReferenceKind::WrongUsers => format!("{columns}: wrong users table"),
        ReferenceKind::Reads => "reads".to_owned(),
        _ => columns,
    }
}

#[cfg(test)]
mod sample {
    use lodger_migration::map::Relation;
    use lodger_migration::object::ObjectKind;

    use super::*;

    /// A project with a right and a wrong key, a stranger, and the landlord.
    pub(super) fn map() -> Map {
        let id = |schema: &str, name: &str| ObjectId::in_schema(ObjectKind::Table, schema, name);
        let group = |owner, ids: &[&ObjectId], left_out| Group {
            owner,
            relations: ids
                .iter()
                .map(|id| Relation {
                    id: (*id).clone(),
                    rows: Some(153),
                })
                .collect(),
            left_out,
        };
        let (sessions, notes) = (id("public", "sessions"), id("public", "<no\"tes>"));
        let (strangers, users) = (id("public", "users"), id("auth", "users"));
        let reference = |from: &ObjectId, to: &ObjectId, kind| Reference {
            from: from.clone(),
            to: to.clone(),
            columns: vec!["user_id".into()],
            kind,
        };
        Map {
            groups: vec![
                group(Owner::Ours, &[&notes, &sessions], 0),
                group(Owner::Unclaimed, &[&strangers], 0),
                group(Owner::Landlord, &[&users], 22),
            ],
            references: vec![
                reference(&sessions, &strangers, ReferenceKind::WrongUsers),
                reference(&notes, &users, ReferenceKind::Identity),
                reference(&notes, &sessions, ReferenceKind::Own),
            ],
        }
    }
}
