//! What only `psql` understands: meta-commands and rows after COPY … FROM STDIN.

use squawk_lexer::{TokenKind, tokenize};

use crate::diagnostic::Span;
use crate::migration::SyntaxError;

/// Puts spaces in the place of lines that only `psql` understands, so that the rest can be parsed and
/// every offset stays. Reports each.
pub(crate) fn blank_meta_commands(text: &str) -> (String, Vec<SyntaxError>) {
    let mut sql = text.to_owned();
    let mut errors = Vec::new();
    let mut from = 0;
    while let Some((span, message)) = next_foreign_lines(text, from) {
        blank(&mut sql, span);
        from = span.end;
        errors.push(SyntaxError { span, message });
    }
    (sql, errors)
}

fn blank(sql: &mut String, span: Span) {
    let blanks: String = sql
        .get(span.start..span.end)
        .unwrap_or_default()
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    if blanks.len() == span.end - span.start {
        sql.replace_range(span.start..span.end, &blanks);
    }
}

/// The next lines from `from` on that are not SQL.
fn next_foreign_lines(text: &str, from: usize) -> Option<(Span, String)> {
    let mut start = from;
    let mut words: Vec<&str> = Vec::new();
    for token in tokenize(text.get(from..)?) {
        let end = start + token.len as usize;
        let token_text = text.get(start..end)?;
        match token.kind {
            TokenKind::Semi if is_copy_from_stdin(&words) => {
                let rows = rows_after(text, end);
                if rows.end > rows.start {
                    return Some((
                        rows,
                        "Rows after COPY … FROM STDIN can only be fed by psql; write them as INSERT.".to_owned(),
                    ));
                }
                words.clear();
            }
            TokenKind::Semi => words.clear(),
            TokenKind::Ident => words.push(token_text),
            _ if token_text.starts_with('\\') && starts_line(text, start) => {
                let line_end = end_of_line(text, start);
                let command = text.get(start..line_end).unwrap_or_default();
                let command = command.split_whitespace().next().unwrap_or("\\");
                return Some((
                    Span {
                        start,
                        end: line_end,
                    },
                    format!(
                        "`{command}` is a command of psql, not SQL; the server does not know it."
                    ),
                ));
            }
            _ => {}
        }
        start = end;
    }
    None
}

fn is_copy_from_stdin(words: &[&str]) -> bool {
    let is = |word: Option<&&str>, expected: &str| {
        word.is_some_and(|word| word.eq_ignore_ascii_case(expected))
    };
    is(words.first(), "copy")
        && words
            .windows(2)
            .any(|pair| is(pair.first(), "from") && is(pair.get(1), "stdin"))
}

/// The lines after a COPY statement up to and with the line `\.`; nothing when there is no such line.
fn rows_after(text: &str, semicolon_end: usize) -> Span {
    let start = end_of_line(text, semicolon_end);
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find("\n\\.").map_or(start, |at| start + at + 3);
    Span { start, end }
}

fn starts_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    before
        .get(line..)
        .is_some_and(|lead| lead.trim().is_empty())
}

fn end_of_line(text: &str, from: usize) -> usize {
    text.get(from..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |newline| from + newline)
}
