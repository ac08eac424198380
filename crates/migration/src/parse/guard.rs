//! Keeps the recursive parser from overflowing its stack, whatever it is given.

use squawk_lexer::{TokenKind, tokenize};

use crate::diagnostic::Span;

/// Deepest nesting of brackets that is parsed.
const DEEPEST: usize = 1_000;
/// Longest run of tokens without a comma, a semicolon or a bracket that is parsed: operators and
/// keywords nest too, and the parser takes time by the square of them.
const LONGEST_RUN: usize = 10_000;
/// Below these a thread's ordinary stack is enough.
const SHALLOW: usize = 40;
const SHORT_RUN: usize = 200;
/// Holds the limits above in an unoptimised build. The pages are only touched when they are needed.
const STACK_BYTES: usize = 64 << 20;

/// A text that is nested too deeply to be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NestingError {
    /// Where the limit was passed.
    pub span: Span,
    /// What is too deep.
    pub reason: String,
}

/// Runs `work`, which parses `text`, on a stack that is deep enough.
///
/// # Errors
/// When `text` is nested more deeply than any stack should have to hold, or the parser breaks on it.
pub fn with_deep_stack<T: Send>(
    text: &str,
    work: impl FnOnce() -> T + Send,
) -> Result<T, NestingError> {
    let shape = measure(text)?;
    let broken = |_| NestingError {
        span: Span::default(),
        reason: "The SQL parser broke on this file; it may still be valid SQL.".to_owned(),
    };
    if shape.depth <= SHALLOW && shape.run <= SHORT_RUN {
        return std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(broken);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work);
        match thread {
            Ok(thread) => thread.join().map_err(broken),
            Err(error) => Err(NestingError {
                span: Span::default(),
                reason: format!("No stack to parse this file on: {error}."),
            }),
        }
    })
}

/// How deeply a text nests.
#[derive(Default)]
struct Shape {
    depth: usize,
    run: usize,
}

fn measure(text: &str) -> Result<Shape, NestingError> {
    let mut deepest = Shape::default();
    let (mut depth, mut run, mut start) = (0_usize, 0_usize, 0_usize);
    for token in tokenize(text) {
        let end = start + token.len as usize;
        run += 1;
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenCurly => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseCurly => {
                depth = depth.saturating_sub(1);
            }
            TokenKind::Comma | TokenKind::Semi => run = 0,
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { .. }
            | TokenKind::Literal { .. } => run -= 1,
            _ => {}
        }
        deepest.depth = deepest.depth.max(depth);
        deepest.run = deepest.run.max(run);
        if depth > DEEPEST || run > LONGEST_RUN {
            return Err(NestingError {
                span: Span { start, end },
                reason: format!(
                    "This is nested too deeply to be read: more than {DEEPEST} brackets within each other, or {LONGEST_RUN} words without a comma."
                ),
            });
        }
        start = end;
    }
    Ok(deepest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_and_long_texts_are_refused_and_what_passes_is_parsed() {
        let parse = |text: &str| {
            with_deep_stack(text, || {
                squawk_syntax::SourceFile::parse(text).errors().len()
            })
        };
        for (unit, count) in [("(", 1_000), ("- ", 2_900), ("1+", 1_400)] {
            parse(&format!("select {}1", unit.repeat(count))).unwrap();
        }
        for (unit, count) in [("(", 2_000), ("- ", 11_000), ("case when ", 6_000)] {
            parse(&format!("select {}1", unit.repeat(count))).unwrap_err();
        }
        let rows = "(1, 'it''s'), ".repeat(1_000);
        assert_eq!(
            parse(&format!("insert into t values {rows} (1, 'x')")).unwrap(),
            0
        );
    }
}
