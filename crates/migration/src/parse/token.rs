//! The tokens of a text with their places.

use squawk_lexer::{TokenKind, tokenize};

use super::name::cut;

/// A token with its text and its first byte.
pub(crate) struct Piece<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Piece<'_> {
    /// One past its last byte.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// It is this word, unquoted, in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Ident && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of a text, white space and comments among them.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut start = 0;
    tokenize(text).filter_map(move |token| {
        let end = start + token.len as usize;
        let piece = Piece {
            kind: token.kind,
            text: text.get(start..end)?,
            start,
        };
        start = end;
        Some(piece)
    })
}

/// White space or a comment.
pub(crate) fn is_space(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. }
    )
}

/// The tokens of a text that are neither white space nor comments.
pub(crate) fn solid(text: &str) -> Vec<Piece<'_>> {
    pieces(text).filter(|it| !is_space(it.kind)).collect()
}

/// The name that a token spells, folded as Postgres folds it.
pub(crate) fn identifier(piece: &Piece<'_>) -> Option<String> {
    match piece.kind {
        TokenKind::Ident => Some(cut(piece.text.to_ascii_lowercase())),
        TokenKind::QuotedIdent { uescape: false, .. } => {
            let inner = piece.text.strip_prefix('"')?.strip_suffix('"')?;
            Some(cut(inner.replace("\"\"", "\"")))
        }
        _ => None,
    }
}
