//! Names as Postgres reads them, and the spans of syntax nodes.

use squawk_syntax::ast::normalize_name_node;
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use crate::diagnostic::Span;
use crate::statement::QualifiedName;

/// Longest identifier that Postgres keeps, in bytes (`NAMEDATALEN` - 1).
const LONGEST_NAME: usize = 63;

/// The parts of a dotted name, unquoted, folded and cut like Postgres does.
pub(crate) fn segments(node: &SyntaxNode) -> Vec<String> {
    let path = node
        .children()
        .find(|child| matches!(child.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF));
    let Some(path) = path else {
        let leaf = node.first_child().unwrap_or_else(|| node.clone());
        return vec![cut(normalize_name_node(&leaf))];
    };
    path.descendants()
        .filter(|it| {
            matches!(
                it.kind(),
                SyntaxKind::PATH_SEGMENT | SyntaxKind::PATH_SEGMENT_REF
            )
        })
        .map(|it| cut(normalize_name_node(&it)))
        .collect()
}

/// The name that a node spells; `None` where it spells none.
pub(crate) fn qualified(node: &SyntaxNode) -> Option<QualifiedName> {
    qualified_from(segments(node))
}

/// The name that consists of `segments`; what stands before the schema is the database.
pub(crate) fn qualified_from(mut segments: Vec<String>) -> Option<QualifiedName> {
    let name = segments.pop().filter(|name| !name.is_empty())?;
    Some(QualifiedName {
        schema: segments.pop(),
        name,
    })
}

/// Cuts a name to the length that Postgres keeps.
pub(crate) fn cut(mut name: String) -> String {
    if name.len() > LONGEST_NAME {
        let end = (0..=LONGEST_NAME)
            .rev()
            .find(|at| name.is_char_boundary(*at));
        name.truncate(end.unwrap_or(0));
    }
    name
}

/// The first and the last token of a node that are not spaces, comments or the closing semicolon.
pub(crate) fn ends_of(node: &SyntaxNode) -> Option<(SyntaxToken, SyntaxToken)> {
    let solid = |token: &SyntaxToken| !token.kind().is_trivia();
    // An empty node at either end hides the token beside it.
    let tokens = || {
        node.descendants_with_tokens()
            .filter_map(squawk_syntax::SyntaxElement::into_token)
    };
    let mut first = node.first_token().or_else(|| tokens().next())?;
    let mut last = node.last_token().or_else(|| tokens().last())?;
    while !solid(&first) && first != last {
        first = first.next_token()?;
    }
    while !solid(&last) || last.kind() == SyntaxKind::SEMICOLON {
        match last.prev_token() {
            Some(previous) if last != first => last = previous,
            _ => break,
        }
    }
    Some((first, last))
}

/// The bytes of a node, without spaces, comments and the closing semicolon at its ends.
pub(crate) fn span_of(node: &SyntaxNode) -> Span {
    if let Some((first, last)) = ends_of(node) {
        return Span {
            start: span_of_token(&first).start,
            end: span_of_token(&last).end,
        };
    }
    let start = usize::from(node.text_range().start());
    Span { start, end: start }
}

pub(crate) fn span_of_token(token: &SyntaxToken) -> Span {
    let range = token.text_range();
    Span {
        start: usize::from(range.start()),
        end: usize::from(range.end()),
    }
}

/// The first token of a kind directly below a node.
pub(crate) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    node.children_with_tokens()
        .filter_map(squawk_syntax::SyntaxElement::into_token)
        .find(|token| token.kind() == kind)
}

/// The first child of a kind.
pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|it| it.kind() == kind)
}
