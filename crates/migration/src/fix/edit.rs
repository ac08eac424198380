//! Proposed edits of several files, and which of them get along.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diagnostic::{Edit, Span};
use crate::migration::Migration;
use crate::parse::parse_migration;

/// Edits that belong together: all of them are made, or none.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) rule: Cow<'static, str>,
    pub(super) title: String,
    /// By position of the migration.
    pub(super) edits: BTreeMap<usize, Vec<Edit>>,
}

impl Proposal {
    pub(super) fn new(rule: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            title: title.into(),
            edits: BTreeMap::new(),
        }
    }

    pub(super) fn edit(&mut self, at: usize, edit: Edit) {
        let edits = self.edits.entry(at).or_default();
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
}

/// Proposals none of whose edits touch each other.
pub(super) struct Accepted {
    pub(super) proposals: Vec<Proposal>,
}

impl Accepted {
    /// First come, first served: what touches an earlier proposal waits for the next round.
    pub(super) fn of(proposals: Vec<Proposal>) -> Self {
        let mut accepted: Vec<Proposal> = Vec::new();
        for proposal in proposals {
            if !proposal.edits.is_empty() && !accepted.iter().any(|it| touch(it, &proposal)) {
                accepted.push(proposal);
            }
        }
        Self {
            proposals: accepted,
        }
    }

    /// The migrations with the edits made; those without are handed through.
    pub(super) fn apply(&self, migrations: &[Migration]) -> Vec<Migration> {
        let edited = migrations.iter().enumerate().map(|(at, migration)| {
            let edits = self.proposals.iter().filter_map(|it| it.edits.get(&at));
            let mut edits: Vec<&Edit> = edits.flatten().collect();
            if edits.is_empty() {
                return migration.clone();
            }
            edits.sort_by_key(|it| it.span);
            let mut text = migration.text.clone();
            for edit in edits.into_iter().rev() {
                text.replace_range(edit.span.start..edit.span.end, &edit.text);
            }
            let Migration {
                version,
                name,
                file,
                ..
            } = migration;
            parse_migration(version, name, file, text.as_bytes())
        });
        edited.collect()
    }
}

fn touch(one: &Proposal, other: &Proposal) -> bool {
    one.edits.iter().any(|(at, edits)| {
        let others = other.edits.get(at).into_iter().flatten();
        let mut others = others.flat_map(|it| edits.iter().map(move |own| (own.span, it.span)));
        others.any(|(a, b)| a.start <= b.end && b.start <= a.end)
    })
}

/// The bytes from a statement's first to its semicolon, with the whole lines where nothing else
/// stands on them, and one of two blank lines that would be left.
pub(crate) fn whole_lines(text: &str, span: Span) -> Span {
    let after = text.get(span.end..).unwrap_or_default();
    let semicolon = after.len() - after.trim_start().len();
    let mut end = span.end;
    if after.get(semicolon..).is_some_and(|it| it.starts_with(';')) {
        end += semicolon + 1;
    }
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let alone_before = is_blank(before.get(line_start..).unwrap_or_default());
    let rest = text.get(end..).unwrap_or_default();
    let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let alone_after = is_blank(rest.get(..line_end).unwrap_or_default());
    if !alone_before || !alone_after {
        let start = span.start;
        return Span { start, end };
    }
    let start = line_start;
    end += line_end;
    let blank_before = line_start == 0
        || before
            .get(..line_start)
            .is_some_and(|it| it.ends_with("\n\n"));
    let rest = text.get(end..).unwrap_or_default();
    if blank_before && rest.starts_with('\n') {
        end += 1;
    }
    Span { start, end }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap();
        let span = whole_lines(
            text,
            Span {
                start,
                end: start + part.len(),
            },
        );
        let mut text = text.to_owned();
        text.replace_range(span.start..span.end, "");
        text
    }

    #[test]
    fn a_statement_goes_with_its_line_and_one_blank_line() {
        assert_eq!(without("a;\n\nb ;\n\nc;\n", "b"), "a;\n\nc;\n");
        assert_eq!(without("a;\nb;\nc;\n", "b"), "a;\nc;\n");
        assert_eq!(without("b;\n\nc;\n", "b"), "c;\n");
    }

    #[test]
    fn what_stands_beside_it_stays() {
        assert_eq!(without("a; b; c;", "b"), "a;  c;");
        assert_eq!(without("b; -- why\nc;", "b"), " -- why\nc;");
    }
}
