//! Takes away IF NOT EXISTS, or the DO block around a CREATE that does the same.

use squawk_lexer::{LiteralKind, TokenKind};

use crate::diagnostic::{Edit, Fix, Span};
use crate::parse::inside_dollars;
use crate::parse::token::{Piece, solid};
use crate::statement::{Statement, StatementKind};

/// The plain CREATE instead of a guarded one; `None` where that would not be exact.
pub(crate) fn plain(statement: &Statement) -> Option<Fix> {
    if statement.kind == StatementKind::Do {
        return out_of_block(statement);
    }
    let tokens = solid(&statement.text);
    let edits: Vec<Edit> = tokens
        .windows(4)
        .filter_map(|window| {
            let [first, not, exists, next] = window else {
                return None;
            };
            let guard = first.is_word("if") && not.is_word("not") && exists.is_word("exists");
            guard.then(|| removal(statement, first.start, next.start))
        })
        .collect();
    (!edits.is_empty()).then(|| Fix {
        title: "Take IF NOT EXISTS away".to_owned(),
        edits,
    })
}

fn removal(statement: &Statement, start: usize, end: usize) -> Edit {
    let from = statement.span.start;
    Edit {
        span: Span {
            start: from + start,
            end: from + end,
        },
        text: String::new(),
    }
}

/// The one CREATE of a block that swallows the error of a second CREATE, or asks beforehand.
fn out_of_block(statement: &Statement) -> Option<Fix> {
    let mut literals = solid(&statement.text).into_iter().filter(|it| {
        matches!(
            it.kind,
            TokenKind::Literal {
                kind: LiteralKind::DollarQuotedString { .. }
            }
        )
    });
    let body = inside_dollars(literals.next()?.text);
    let tokens = solid(body);
    let inner = swallowed(&tokens).or_else(|| asked(&tokens))?;
    let mut words = tokens.get(inner.0..inner.1)?.iter();
    let creates = words.next()?.is_word("create");
    let one = words.all(|it| it.kind != TokenKind::Semi);
    let first = tokens.get(inner.0)?;
    let last = tokens.get(inner.1.checked_sub(1)?)?;
    let text = body.get(first.start..last.end())?.to_owned();
    (creates && one).then(|| Fix {
        title: "Write the plain CREATE".to_owned(),
        edits: vec![Edit {
            span: statement.span,
            text,
        }],
    })
}

/// `begin CREATE …; exception when … then null; end`: the tokens of the CREATE.
fn swallowed(tokens: &[Piece<'_>]) -> Option<(usize, usize)> {
    let exception = tokens.iter().position(|it| it.is_word("exception"))?;
    let handler = ["exception", "when", "", "then", "null", ";", "end"];
    let rest = tokens.get(exception..)?;
    let fits = rest.len() >= handler.len()
        && handler
            .iter()
            .zip(rest)
            .all(|(word, token)| word.is_empty() || token.is_word(word) || token.text == *word);
    let ends = rest
        .get(handler.len()..)?
        .iter()
        .all(|it| it.kind == TokenKind::Semi);
    let semicolon = exception.checked_sub(1)?;
    let whole = tokens.first()?.is_word("begin") && tokens.get(semicolon)?.kind == TokenKind::Semi;
    (fits && ends && whole).then_some((1, semicolon))
}

/// `begin if not exists (…) then CREATE …; end if; end`: the tokens of the CREATE.
fn asked(tokens: &[Piece<'_>]) -> Option<(usize, usize)> {
    let head = ["begin", "if", "not", "exists"];
    let asks = head
        .iter()
        .zip(tokens)
        .all(|(word, token)| token.is_word(word));
    let mut depth = 0_usize;
    let mut then = None;
    for (at, token) in tokens.iter().enumerate().skip(head.len()) {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                then = token.is_word("then").then_some(at);
                break;
            }
            _ => {}
        }
    }
    let from = then? + 1;
    let semicolon = from
        + tokens
            .get(from..)?
            .iter()
            .position(|it| it.kind == TokenKind::Semi)?;
    let tail = ["end", "if", ";", "end"];
    let rest = tokens.get(semicolon + 1..)?;
    let fits = rest.len() >= tail.len()
        && tail
            .iter()
            .zip(rest)
            .all(|(word, token)| token.is_word(word) || token.text == *word);
    let ends = rest
        .get(tail.len()..)?
        .iter()
        .all(|it| it.kind == TokenKind::Semi);
    (asks && fits && ends).then_some((from, semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse_migration;

    fn fixed(sql: &str) -> Option<String> {
        let migration = parse_migration("1", "a", "a.sql", sql.as_bytes());
        let fix = plain(&migration.statements[0])?;
        let mut text = sql.to_owned();
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        Some(text)
    }

    #[test]
    fn the_words_go_and_nothing_else() {
        let cases = [
            (
                "create table if not exists t /* c */ (a int);",
                "create table t /* c */ (a int);",
            ),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);",
                "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);",
            ),
            (
                "alter table t add column if not exists a int, add column if not exists b int;",
                "alter table t add column a int, add column b int;",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(fixed(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn a_create_comes_out_of_its_block() {
        let swallowed = "do $$ begin\n  create type a.m as enum ('x');\nexception\n  when duplicate_object then null;\nend $$;";
        assert_eq!(
            fixed(swallowed).as_deref(),
            Some("create type a.m as enum ('x');")
        );
        let asked = "DO $x$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm') THEN CREATE TYPE m AS ENUM ('x'); END IF; END; $x$;";
        assert_eq!(
            fixed(asked).as_deref(),
            Some("CREATE TYPE m AS ENUM ('x');")
        );
    }

    #[test]
    fn a_block_that_does_more_is_left() {
        let more = [
            "do $$ begin create type m as enum ('x'); create type n as enum ('y'); exception when others then null; end $$;",
            "do $$ begin create type m as enum ('x'); exception when others then raise; end $$;",
            "do $$ begin if not exists (select 1) then create type m as enum ('x'); else perform 1; end if; end $$;",
            "do $$ begin execute 'create type m as enum ()'; exception when others then null; end $$;",
        ];
        for sql in more {
            assert_eq!(fixed(sql), None, "{sql}");
        }
    }
}
