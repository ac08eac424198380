//! Parses the text of a migration into statements with their places, kinds and mentions.
//!
//! The parser is `squawk-syntax`: lossless and forgiving. It recurses, so what it is given is bounded
//! beforehand, and it runs on a stack that holds what passes.

mod clause;
mod guard;
mod handler;
mod kind;
mod mention;
pub(crate) mod name;
mod place;
mod psql;
mod text;
pub(crate) mod token;

use squawk_syntax::ast::{self, AstNode, Stmt};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode, SyntaxToken};

pub use guard::{NestingError, with_deep_stack};
pub use handler::as_if_caught;
pub use text::{
    NotValid, ValueOfRow, comments, find_word, new_old_columns, updates, with_not_valid,
    without_concurrently, words,
};
pub(crate) use text::{added_constraints, inside_dollars};

use self::place::Place;
use crate::clause::Clause;
use crate::diagnostic::Span;
use crate::migration::{Migration, SyntaxError};
use crate::statement::{Mention, Statement, StatementKind, TransactionMode};

/// Parses a migration. Never fails: what cannot be read is in `syntax_errors`, and every byte between
/// two semicolons is still a statement, as `psql` would send it.
#[must_use]
pub fn parse_migration(version: &str, name: &str, file: &str, bytes: &[u8]) -> Migration {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let (statements, syntax_errors) = parse_text(&text);
    Migration {
        version: version.to_owned(),
        name: name.to_owned(),
        file: file.to_owned(),
        text,
        checksum: checksum(bytes),
        statements,
        syntax_errors,
    }
}

/// SHA-256 of a file's bytes, lower-case hex: what the history knows a migration by.
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    crate::hex::sha256(bytes)
}

fn parse_text(text: &str) -> (Vec<Statement>, Vec<SyntaxError>) {
    let (sql, mut errors) = psql::blank_meta_commands(text);
    let parsed = with_deep_stack(&sql, || {
        let tree = SourceFile::parse(&sql);
        let errors = tree.errors();
        let root = tree.syntax_node();
        let pieces = if errors.is_empty() {
            pieces_of_valid(&root)
        } else {
            pieces(&root)
        };
        let statements = statements(&root, pieces, text);
        let errors: Vec<SyntaxError> = errors
            .iter()
            .map(|error| SyntaxError {
                span: Span {
                    start: usize::from(error.range().start()),
                    end: usize::from(error.range().end()),
                },
                message: error.message().to_owned(),
            })
            .collect();
        (statements, errors)
    });
    match parsed {
        Ok((statements, found)) => {
            errors.extend(first_error_of_each(&statements, found, text));
            errors.sort_by_key(|error| error.span);
            (statements, errors)
        }
        Err(error) => {
            errors.push(SyntaxError {
                span: error.span,
                message: error.to_string(),
            });
            (Vec::new(), errors)
        }
    }
}

/// One mistake makes the parser stumble over every word that follows: the first error of a statement
/// is the one worth reading.
fn first_error_of_each(
    statements: &[Statement],
    errors: Vec<SyntaxError>,
    text: &str,
) -> Vec<SyntaxError> {
    let mut seen = None;
    let mut kept = Vec::new();
    for mut error in errors {
        let index = statements.partition_point(|it| it.span.end < error.span.start);
        if seen == Some(index) {
            continue;
        }
        seen = Some(index);
        if error.span.start >= error.span.end {
            error.span.end = end_of_word(text, error.span.start);
        }
        kept.push(error);
    }
    kept
}

fn end_of_word(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let word = |c: char| c.is_alphanumeric() || c == '_';
    match rest.find(|c| !word(c)) {
        Some(0) => start + rest.chars().next().map_or(0, char::len_utf8),
        Some(length) => start + length,
        None => text.len(),
    }
}

/// Describes each piece of the file.
fn statements(root: &SyntaxNode, pieces: Vec<Span>, text: &str) -> Vec<Statement> {
    let lines = LineStarts::new(text);
    let nodes: Vec<SyntaxNode> = root
        .children()
        .filter(|node| Stmt::can_cast(node.kind()) && node.kind() != SyntaxKind::EMPTY_STMT)
        .collect();
    let mut nodes = nodes.into_iter().peekable();
    let mut statements = Vec::new();
    for span in pieces {
        let mut inside = Vec::new();
        while let Some(node) = nodes.next_if(|it| name::span_of(it).start < span.end) {
            inside.push(node);
        }
        statements.push(statement(statements.len(), span, &inside, text, &lines));
    }
    statements
}

/// The spans of a file without errors: each statement is a node, with its semicolon.
fn pieces_of_valid(root: &SyntaxNode) -> Vec<Span> {
    root.children()
        .filter(|node| node.kind() != SyntaxKind::EMPTY_STMT)
        .map(|node| name::span_of(&node))
        .collect()
}

/// The spans between semicolons, without trivia at either end. Semicolons inside a standard-SQL
/// function body or a rule's list of commands do not end a statement.
fn pieces(root: &SyntaxNode) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut open: Option<Span> = None;
    let tokens = root
        .descendants_with_tokens()
        .filter_map(squawk_syntax::SyntaxElement::into_token);
    for token in tokens.filter(|token| !token.kind().is_trivia()) {
        if token.kind() == SyntaxKind::SEMICOLON && !is_inner_semicolon(&token) {
            pieces.extend(open.take());
            continue;
        }
        let span = name::span_of_token(&token);
        open.get_or_insert(span).end = span.end;
    }
    pieces.extend(open);
    pieces
}

fn is_inner_semicolon(token: &SyntaxToken) -> bool {
    token.parent_ancestors().any(|node| {
        matches!(
            node.kind(),
            SyntaxKind::ATOMIC_BODY | SyntaxKind::RULE_STMT_LIST
        )
    })
}

fn statement(
    index: usize,
    span: Span,
    nodes: &[SyntaxNode],
    text: &str,
    lines: &LineStarts<'_>,
) -> Statement {
    let text = text.get(span.start..span.end).unwrap_or_default();
    let (line, column) = lines.position(span.start);
    let first = nodes
        .first()
        .filter(|node| name::span_of(node).start == span.start);
    let all: Vec<SyntaxNode> = nodes.iter().flat_map(SyntaxNode::descendants).collect();
    let (mut mentions, clauses) = names_and_clauses(&all);
    mentions.retain(|it| it.span.start >= span.start && it.span.end <= span.end);
    mentions.sort_by_key(|mention| mention.span.start);
    let guards = [SyntaxKind::IF_NOT_EXISTS, SyntaxKind::IF_EXISTS];
    Statement {
        index,
        span,
        line,
        column,
        text: text.to_owned(),
        kind: first.map_or_else(
            || StatementKind::Other(kind::leading_words(text)),
            kind::kind,
        ),
        guarded: all.iter().any(|node| guards.contains(&node.kind())),
        or_replace: nodes.iter().any(kind::has_or_replace),
        transaction: first.map_or(TransactionMode::Inside, kind::transaction_mode),
        mentions,
        clauses,
    }
}

/// What the nodes of a statement mention and say, also in the body of a DO block, which runs when the
/// statement runs. Bodies of functions run later and are left out.
fn names_and_clauses(nodes: &[SyntaxNode]) -> (Vec<Mention>, Vec<Clause>) {
    let place = Place { body: None };
    let mut mentions = mention::mentions(nodes, &place);
    let mut clauses = clause::clauses(nodes, &place);
    for node in nodes.iter().filter(|it| it.kind() == SyntaxKind::DO) {
        let block = ast::Do::cast(node.clone());
        let Some(body) = block.and_then(|block| block.plpgsql()) else {
            continue;
        };
        let inner: Vec<SyntaxNode> = body.syntax().descendants().collect();
        let place = Place { body: Some(&body) };
        mentions.extend(mention::mentions(&inner, &place));
        clauses.extend(clause::clauses(&inner, &place));
    }
    (mentions, clauses)
}

/// Where each line of a text starts.
struct LineStarts<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineStarts<'a> {
    fn new(text: &'a str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// Line and column of a byte, from 1; the column in characters.
    fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied();
        let before = self
            .text
            .get(start.unwrap_or(0)..offset)
            .unwrap_or_default();
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        (number(line), number(before.chars().count() + 1))
    }
}

#[cfg(test)]
mod tests;
