//! The text of a list's statement: only with the filters that are wanted.
//!
//! One text for all would compare each parameter with null. To the planner such a comparison leaves few rows over, so few that
//! reading and sorting all of a user's sessions looks better than walking the index until a page is full.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::list::{Archived, ListFilter};

const LIST: &str = include_str!("list.sql");
/// What the filter on archived sessions is put in place of. It is text and not a parameter, because an index on
/// the active ones is only taken for a condition that is known when the statement is planned.
pub(super) const PLACE: &str = "true /* archived */";
/// Ends the line of the filter on the status.
const STATUS: &str = "/* status */";
/// Ends the lines of the other filters. They come and go together, so that a connection keeps few statements.
const RARE: &str = "/* rare */";

static TEXTS: LazyLock<HashMap<Shape, String>> =
    LazyLock::new(|| Shape::all().map(|it| (it, it.render())).collect());

/// What makes the text of one list differ from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    archived: Archived,
    /// What comes before a place, the nearest first.
    back: bool,
    status: bool,
    rare: bool,
}

impl Shape {
    pub(super) fn of(filter: &ListFilter, back: bool) -> Self {
        let times = filter.created_from.is_some() || filter.created_to.is_some();
        Self {
            archived: filter.archived,
            back,
            status: !filter.statuses.is_empty(),
            rare: times || filter.language.is_some() || filter.title.is_some(),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        Archived::ALL.into_iter().flat_map(|archived| {
            (0..8).map(move |bits| Self {
                archived,
                back: bits & 1 != 0,
                status: bits & 2 != 0,
                rare: bits & 4 != 0,
            })
        })
    }

    /// The statement. All have the same parameters; some do not use all of them.
    pub(super) fn text(self) -> &'static str {
        TEXTS.get(&self).map_or(LIST, String::as_str)
    }

    fn render(self) -> String {
        let wanted = |line: &&str| {
            (self.status || !line.ends_with(STATUS)) && (self.rare || !line.ends_with(RARE))
        };
        let lines: Vec<&str> = LIST.lines().filter(wanted).collect();
        let text = lines.join("\n").replace(PLACE, self.archived.condition());
        if self.back {
            text.replace("(created_at, id) <", "(created_at, id) >")
                .replace(" desc", " asc")
        } else {
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[test]
    fn only_what_is_asked_for_is_filtered() {
        let plain = Shape::of(&ListFilter::default(), false).text();
        assert!(!plain.contains("status::text ="), "{plain}");
        assert!(!plain.contains("strpos"), "{plain}");
        assert!(plain.contains("archived_at is null"), "{plain}");
        let filter = ListFilter {
            statuses: vec![Status::Failed],
            archived: Archived::Only,
            ..ListFilter::default()
        };
        let back = Shape::of(&filter, true).text();
        assert!(back.contains("status::text = any ($4)"), "{back}");
        assert!(back.contains("archived_at is not null"), "{back}");
        assert!(back.contains("order by created_at asc, id asc"), "{back}");
        let language = ListFilter {
            language: Some("de".to_owned()),
            ..ListFilter::default()
        };
        let text = Shape::of(&language, false).text();
        assert!(
            text.contains("language = $5") && text.contains("strpos"),
            "{text}"
        );
    }
}
