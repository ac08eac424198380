//! Small operations on the text of one statement or one function body.

use std::collections::BTreeSet;

use squawk_lexer::{LiteralKind, TokenKind};
use squawk_syntax::{SourceFile, SyntaxKind as K, SyntaxNode, ast::AstNode};

use super::name::{child, cut, ends_of, qualified, span_of_token};
use super::token::{Piece, identifier, is_space, pieces};
use crate::diagnostic::Span;
use crate::statement::{QualifiedName, Statement};

/// How often a string within a string is opened when words are looked for.
const DEEPEST_STRING: usize = 4;

/// The comments of a text.
#[must_use]
pub fn comments(text: &str) -> Vec<Span> {
    pieces(text)
        .filter(|it| {
            matches!(
                it.kind,
                TokenKind::LineComment | TokenKind::BlockComment { .. }
            )
        })
        .map(|it| Span {
            start: it.start,
            end: it.start + it.text.trim_end().len(),
        })
        .collect()
}

/// Every word that could name something: identifiers, quoted identifiers, and the words inside string
/// literals and dollar-quoted bodies, folded and as written. Comments are left out.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect_words(text, 0, &mut found);
    found
}

fn collect_words(text: &str, depth: usize, found: &mut BTreeSet<String>) {
    for piece in pieces(text) {
        if let Some(name) = identifier(&piece) {
            found.insert(name);
        } else if matches!(piece.kind, TokenKind::QuotedIdent { .. }) {
            split_words(piece.text, found);
        }
        let TokenKind::Literal { kind } = piece.kind else {
            continue;
        };
        match kind {
            LiteralKind::DollarQuotedString { .. } if depth < DEEPEST_STRING => {
                collect_words(inside_dollars(piece.text), depth + 1, found);
            }
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => {}
            _ => split_words(piece.text, found),
        }
    }
}

/// What stands between the dollar quotes of a literal.
pub(crate) fn inside_dollars(text: &str) -> &str {
    let tag = text
        .get(1..)
        .and_then(|rest| rest.find('$'))
        .map_or(0, |at| at + 2);
    let inner = text.get(tag..).unwrap_or_default();
    inner
        .strip_suffix(text.get(..tag).unwrap_or_default())
        .unwrap_or(inner)
}

fn split_words(text: &str, found: &mut BTreeSet<String>) {
    let separates = |c: char| !c.is_alphanumeric() && c != '_' && c != '$';
    for word in text.split(separates).filter(|word| !word.is_empty()) {
        found.insert(cut(word.to_owned()));
        found.insert(cut(word.to_ascii_lowercase()));
    }
}

/// The statement without the word CONCURRENTLY.
#[must_use]
pub fn without_concurrently(text: &str) -> String {
    let all: Vec<Piece<'_>> = pieces(text).collect();
    let is_it = |piece: &Piece<'_>| {
        piece.kind == TokenKind::Ident && piece.text.eq_ignore_ascii_case("concurrently")
    };
    let Some(at) = all.iter().position(is_it) else {
        return text.to_owned();
    };
    let solid = |index: &usize| all.get(*index).is_some_and(|it| !is_space(it.kind));
    let before = (0..at).rev().find(solid);
    let after = (at + 1..all.len()).find(solid);
    let kind = |index: Option<usize>| index.and_then(|index| all.get(index)).map(|it| it.kind);
    let (from, to) = match (kind(before), kind(after)) {
        (Some(TokenKind::OpenParen), Some(TokenKind::CloseParen)) => (before, after),
        (Some(TokenKind::OpenParen), Some(TokenKind::Comma)) => (Some(at), after),
        (Some(TokenKind::Comma), _) => (before, Some(at)),
        _ => (Some(at), Some(at)),
    };
    let (from, mut to) = (from.unwrap_or(at), to.unwrap_or(at));
    if all.get(to + 1).is_some_and(|it| is_space(it.kind)) {
        to += 1;
    }
    let kept = all
        .iter()
        .enumerate()
        .filter(|(index, _)| *index < from || *index > to);
    kept.map(|(_, piece)| piece.text).collect()
}

/// An ALTER TABLE whose foreign keys do not look at the rows that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotValid {
    /// The statement.
    pub text: String,
    /// The table.
    pub table: QualifiedName,
    /// The foreign keys that NOT VALID was added to; `None` for one that Postgres will name.
    pub constraints: Vec<Option<String>>,
}

/// Adds NOT VALID to every foreign key that an ALTER TABLE adds and that lacks it. `None` when there
/// is none: another statement, or the foreign key hangs on an ADD COLUMN, where Postgres has no NOT VALID.
#[must_use]
pub fn with_not_valid(text: &str) -> Option<NotValid> {
    let (table, mut places) = added_constraints(text)?;
    places.retain(|it| it.foreign_key);
    let mut changed = NotValid {
        text: text.to_owned(),
        table,
        constraints: Vec::new(),
    };
    for place in places.into_iter().rev() {
        changed.text.insert_str(place.end, " NOT VALID");
        changed.constraints.insert(0, place.name);
    }
    (!changed.constraints.is_empty()).then_some(changed)
}

/// A constraint that an ALTER TABLE adds without NOT VALID, though it could have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddedConstraint {
    /// FOREIGN KEY, as opposed to CHECK.
    pub(crate) foreign_key: bool,
    /// Where NOT VALID would stand.
    pub(crate) end: usize,
    /// Its name, where it has one.
    pub(crate) name: Option<String>,
    /// The same as it is written.
    pub(crate) name_as_written: Option<String>,
}

/// The table of an ALTER TABLE, and the foreign keys and checks that it adds without NOT VALID, in file
/// order. `None` for another statement.
pub(crate) fn added_constraints(text: &str) -> Option<(QualifiedName, Vec<AddedConstraint>)> {
    super::with_deep_stack(text, || {
        let tree = SourceFile::parse(text).tree();
        let alter = child(tree.syntax(), K::ALTER_TABLE)?;
        let table = alter
            .descendants()
            .find(|it| it.kind() == K::TABLE_NAME_REF)
            .and_then(|it| qualified(&it))?;
        let added = alter.descendants().filter(|it| {
            let in_action = it.parent().is_some_and(|it| it.kind() == K::ADD_CONSTRAINT);
            let check = it.kind() == K::CHECK_CONSTRAINT && in_action;
            it.kind() == K::FOREIGN_KEY_CONSTRAINT || check
        });
        let lacking = added.filter(|it| child(it, K::NOT_VALID).is_none());
        let places = lacking.filter_map(|it| {
            let (_, last) = ends_of(&it)?;
            let clause = child(&it, K::CONSTRAINT_NAME_CLAUSE);
            let written = clause.and_then(|it| child(&it, K::CONSTRAINT_NAME));
            Some(AddedConstraint {
                foreign_key: it.kind() == K::FOREIGN_KEY_CONSTRAINT,
                end: span_of_token(&last).end,
                name: constraint_name(&it),
                name_as_written: written.map(|it| it.text().to_string().trim().to_owned()),
            })
        });
        Some((table, places.collect()))
    })
    .ok()
    .flatten()
}

/// The name that a constraint is given.
pub(crate) fn constraint_name(constraint: &SyntaxNode) -> Option<String> {
    let clause = child(constraint, K::CONSTRAINT_NAME_CLAUSE)?;
    let name = child(&clause, K::CONSTRAINT_NAME)?;
    qualified(&name).map(|it| it.name)
}

/// A column of the row that a trigger function looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueOfRow {
    /// `NEW` or `OLD`.
    pub row: &'static str,
    /// The column.
    pub column: String,
    /// First byte of the row's name within the body.
    pub offset: usize,
}

/// The columns of NEW and OLD that a PL/pgSQL body reads or writes.
#[must_use]
pub fn new_old_columns(body: &str) -> Vec<ValueOfRow> {
    let solid: Vec<Piece<'_>> = pieces(body).filter(|it| !is_space(it.kind)).collect();
    let mut found = Vec::new();
    for (index, window) in solid.windows(3).enumerate() {
        let [row, dot, column] = window else { continue };
        let after_dot = index
            .checked_sub(1)
            .and_then(|before| solid.get(before))
            .is_some_and(|it| it.kind == TokenKind::Dot);
        let row_name = match identifier(row).as_deref() {
            Some("new") => "NEW",
            Some("old") => "OLD",
            _ => continue,
        };
        if dot.kind != TokenKind::Dot || after_dot {
            continue;
        }
        found.extend(identifier(column).map(|column| ValueOfRow {
            row: row_name,
            column,
            offset: row.start,
        }));
    }
    found
}

/// The tables that UPDATE statements in a body name, without their schemas, each with the first column that is set.
#[must_use]
pub fn updates(body: &str) -> Vec<(String, String)> {
    // Most bodies have none, and are spared the reading.
    if !body.to_ascii_lowercase().contains("update") {
        return Vec::new();
    }
    let solid: Vec<Piece<'_>> = pieces(body).filter(|it| !is_space(it.kind)).collect();
    let word = |at: usize| solid.get(at).and_then(identifier);
    let is = |at: usize, kind| solid.get(at).is_some_and(|it| it.kind == kind);
    let mut found = Vec::new();
    for at in 0..solid.len() {
        if word(at).as_deref() != Some("update") {
            continue;
        }
        let qualified = is(at + 2, TokenKind::Dot);
        let name = if qualified { at + 3 } else { at + 1 };
        // An alias may stand between, with or without AS.
        let set = (name + 1..name + 4).find(|it| word(*it).as_deref() == Some("set"));
        let column = set.filter(|it| is(it + 2, TokenKind::Eq));
        let column = column.and_then(|it| word(it + 1));
        found.extend(word(name).zip(column));
    }
    found
}

/// Where a word stands in a statement, as the word of its own or a part of a dotted name.
#[must_use]
pub fn find_word(statement: &Statement, word: &str) -> Option<Span> {
    let text = statement.text.to_ascii_lowercase();
    let at = text.find(word)?;
    let start = statement.span.start + at;
    Some(Span {
        start,
        end: start + word.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_into_strings_and_bodies_but_not_into_comments() {
        let found =
            words("DO $x$ begin execute 'drop table \"Jobs\"'; perform A.b(); end $x$ -- hidden");
        for word in ["Jobs", "jobs", "drop", "a", "b", "perform"] {
            assert!(found.contains(word), "{word} not in {found:?}");
        }
        assert!(!found.contains("hidden"));
        assert!(words("select \"Mixed Case\"").contains("Mixed Case"));
    }

    #[test]
    fn concurrently_goes_with_its_parentheses_and_commas() {
        let cases = [
            (
                "create index concurrently i on t (a)",
                "create index i on t (a)",
            ),
            ("DROP INDEX CONCURRENTLY i", "DROP INDEX i"),
            ("reindex (concurrently) table t", "reindex table t"),
            (
                "reindex (verbose, concurrently) table t",
                "reindex (verbose) table t",
            ),
            (
                "reindex (concurrently, verbose) table t",
                "reindex (verbose) table t",
            ),
            ("select 'concurrently'", "select 'concurrently'"),
        ];
        for (before, after) in cases {
            assert_eq!(without_concurrently(before), after);
        }
    }

    #[test]
    fn not_valid_is_added_to_each_foreign_key_that_lacks_it() {
        let changed = with_not_valid(
            "alter table a.t add constraint k foreign key (x) references u (id) on delete cascade /* c */, add foreign key (y) references v, add constraint z foreign key (w) references v not valid",
        )
        .unwrap();
        assert_eq!(
            changed.text,
            "alter table a.t add constraint k foreign key (x) references u (id) on delete cascade NOT VALID /* c */, add foreign key (y) references v NOT VALID, add constraint z foreign key (w) references v not valid"
        );
        assert_eq!(changed.constraints, [Some("k".to_owned()), None]);
        assert_eq!(changed.table.schema.as_deref(), Some("a"));
        assert_eq!(
            with_not_valid("alter table t add column u uuid references v (id)"),
            None
        );
        assert_eq!(
            with_not_valid("create table t (u uuid references v (id))"),
            None
        );
    }

    #[test]
    fn columns_of_new_and_old_are_found_outside_strings_and_comments() {
        let body = "begin NEW.\"Updated At\" := now(); -- new.hidden\n if old . a <> x.new.b then raise 'new.c'; end if; end";
        let found = new_old_columns(body);
        let pairs: Vec<_> = found
            .iter()
            .map(|it| (it.row, it.column.as_str()))
            .collect();
        assert_eq!(pairs, [("NEW", "Updated At"), ("OLD", "a")]);
        assert_eq!(found[0].offset, 6);
    }
}
