//! Says TO authenticated in a policy that is about the user who is signed in.

use squawk_lexer::TokenKind;

use crate::clause::Policy;
use crate::diagnostic::{Edit, Fix, Span};
use crate::parse::token::solid;
use crate::statement::Statement;

/// TO authenticated for a policy that asks who is signed in; `None` for one that may mean everybody.
pub(crate) fn to_authenticated(statement: &Statement, policy: &Policy) -> Option<Fix> {
    let asks = policy.words.iter().any(|it| it == "uid");
    if !asks || policy.roles.len() > 1 {
        return None;
    }
    let tokens = solid(&statement.text);
    let from = statement.span.start;
    let mut depth = 0_usize;
    let mut place = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = tokens.get(at + 1);
        if depth == 0 && token.is_word("to") && next.is_some_and(|it| it.is_word("public")) {
            let public = next?;
            place = Some((public.start, public.end(), "authenticated"));
            break;
        }
        let begins = token.is_word("using")
            || (token.is_word("with") && next.is_some_and(|it| it.is_word("check")));
        if depth == 0 && begins {
            place = Some((token.start, token.start, "to authenticated "));
            break;
        }
    }
    let (start, end, text) = place?;
    Some(Fix {
        title: "Say TO authenticated".to_owned(),
        edits: vec![Edit {
            span: Span {
                start: from + start,
                end: from + end,
            },
            text: text.to_owned(),
        }],
    })
}
