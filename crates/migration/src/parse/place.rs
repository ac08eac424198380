//! Places in the file of nodes that stand in the body of a DO block.

use squawk_syntax::plpgsql::Plpgsql;
use squawk_syntax::{SyntaxNode, SyntaxToken};

use super::name::{ends_of, span_of_token};
use crate::diagnostic::Span;

/// Turns places within a body into places in the file.
pub(crate) struct Place<'a> {
    /// The body; `None` for the file itself.
    pub(crate) body: Option<&'a Plpgsql>,
}

impl Place<'_> {
    /// From the start of one token to the end of another.
    pub(crate) fn between(&self, first: &SyntaxToken, last: &SyntaxToken) -> Span {
        Span {
            start: self.token(first).start,
            end: self.token(last).end,
        }
    }

    /// A node, without spaces and comments at its ends.
    pub(crate) fn node(&self, node: &SyntaxNode) -> Span {
        ends_of(node).map_or_else(Span::default, |(first, last)| self.between(&first, &last))
    }

    fn token(&self, token: &SyntaxToken) -> Span {
        let Some(body) = self.body else {
            return span_of_token(token);
        };
        let range = body.source_range(token.text_range());
        Span {
            start: usize::from(range.start()),
            end: usize::from(range.end()),
        }
    }
}
