//! Gives a function or a trigger that every second project has a name of the project's own.

use squawk_lexer::{LiteralKind, TokenKind};

use super::Scene;
use super::edit::Proposal;
use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::parse::inside_dollars;
use crate::parse::token::{Piece, identifier, is_space, pieces};
use crate::statement::{MentionRole, Statement};

/// Postgres keeps that many bytes of a name.
const LONGEST_NAME: usize = 63;
/// How deep strings within strings are looked into.
const DEEPEST: usize = 4;

/// Every place where the name stands, in every file; `Err` tells why that cannot be exact.
pub(super) fn propose(
    scene: &Scene<'_>,
    diagnostic: &Diagnostic,
) -> Option<Result<Proposal, String>> {
    let object = diagnostic.object.as_ref()?;
    let project = scene.settings.project.replace('-', "_");
    if project.is_empty() {
        return Some(Err("the project has no name to put before it".to_owned()));
    }
    let new = format!("{project}_{}", object.name);
    let reason = if new.len() > LONGEST_NAME {
        Some(format!("`{new}` is longer than Postgres keeps"))
    } else if scene.project.makes(object.kind, &new_key(object, &new)) {
        Some(format!("the project makes `{new}` already"))
    } else {
        None
    };
    if let Some(reason) = reason {
        return Some(Err(reason));
    }
    let title = format!("Call the {} `{new}`", object.kind.as_str());
    let mut proposal = Proposal::new(diagnostic.rule.clone(), title);
    for (at, migration) in scene.migrations.iter().enumerate() {
        let renamed = match object.kind {
            ObjectKind::Function => rename_function(scene, at, object, &new),
            _ => Ok(rename_trigger(scene, at, migration, object, &new)),
        };
        match renamed {
            Ok(edits) => edits.into_iter().for_each(|edit| proposal.edit(at, edit)),
            Err(reason) => return Some(Err(reason)),
        }
    }
    Some(Ok(proposal))
}

fn new_key(object: &ObjectId, new: &str) -> String {
    match (&object.schema, &object.table) {
        (Some(schema), Some(table)) => format!("{schema}.{table}.{new}"),
        (Some(schema), None) => format!("{schema}.{new}"),
        _ => new.to_owned(),
    }
}

fn rename_trigger(
    scene: &Scene<'_>,
    at: usize,
    migration: &Migration,
    object: &ObjectId,
    new: &str,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for statement in &migration.statements {
        for mention in &statement.mentions {
            let same =
                mention.kind == Some(ObjectKind::Trigger) && mention.name.name == object.name;
            let table = mention.table.as_ref();
            let table = table.map(|it| scene.project.resolve((at, statement.index), it));
            let same_table = table.is_some_and(|it| {
                Some(&it.schema) == object.schema.as_ref()
                    && Some(&it.name) == object.table.as_ref()
            });
            if same && same_table {
                edits.push(Edit {
                    span: mention.span,
                    text: new.to_owned(),
                });
            }
        }
    }
    edits
}

fn rename_function(
    scene: &Scene<'_>,
    at: usize,
    object: &ObjectId,
    new: &str,
) -> Result<Vec<Edit>, String> {
    let Some(migration) = scene.migrations.get(at) else {
        return Ok(Vec::new());
    };
    let mut search = Search {
        object,
        new,
        edits: Vec::new(),
        in_text: None,
    };
    search.tokens(&migration.text, 0, 0);
    if let Some(span) = search.in_text {
        let line = migration.location(span).line;
        return Err(format!(
            "{}:{line} speaks of `{}` in a string, and nobody knows what becomes of that",
            migration.file, object.name
        ));
    }
    let first = scene
        .project
        .first_made(ObjectKind::Function, &new_key(object, &object.name));
    if let Some(statement) = first
        .filter(|place| place.0 == at)
        .and_then(|place| migration.statements.get(place.1))
    {
        search.edits.extend(or_replace(statement));
    }
    Ok(search.edits)
}

/// The words OR REPLACE of the statement that makes a function for the first time.
fn or_replace(statement: &Statement) -> Option<Edit> {
    let creates = statement
        .clauses
        .iter()
        .any(|it| matches!(it, Clause::Function(it) if it.replaces));
    let replaces = statement
        .mentions_as(MentionRole::Replaces)
        .next()
        .is_some();
    let tokens = crate::parse::token::solid(&statement.text);
    let window = tokens.windows(3).find(
        |it| matches!(it, [or, replace, _] if or.is_word("or") && replace.is_word("replace")),
    )?;
    let [or, _, next] = window else { return None };
    (creates && replaces).then(|| Edit {
        span: Span {
            start: statement.span.start + or.start,
            end: statement.span.start + next.start,
        },
        text: String::new(),
    })
}

/// Looks for the name of a function in a text, also in bodies and in SQL that stands in a comment.
struct Search<'a> {
    object: &'a ObjectId,
    new: &'a str,
    edits: Vec<Edit>,
    /// A string that holds the name.
    in_text: Option<Span>,
}

impl Search<'_> {
    fn tokens(&mut self, text: &str, offset: usize, depth: usize) {
        let solid: Vec<Piece<'_>> = pieces(text).filter(|it| !is_space(it.kind)).collect();
        for (at, token) in solid.iter().enumerate() {
            match token.kind {
                TokenKind::Literal {
                    kind: LiteralKind::DollarQuotedString { .. },
                } if depth < DEEPEST => {
                    let inner = inside_dollars(token.text);
                    let quote = (token.text.len() - inner.len()) / 2;
                    self.tokens(inner, offset + token.start + quote, depth + 1);
                }
                TokenKind::Literal { .. } if self.holds_name(token.text) => {
                    self.in_text = Some(Span {
                        start: offset + token.start,
                        end: offset + token.end(),
                    });
                }
                _ => self.token(&solid, at, offset),
            }
        }
        for comment in pieces(text).filter(|it| it.kind == TokenKind::LineComment) {
            self.comment(&comment, offset, depth);
        }
    }

    /// What is commented out is mostly the way back: it has to know the new name too.
    fn comment(&mut self, comment: &Piece<'_>, offset: usize, depth: usize) {
        let inner = comment.text.trim_start_matches('-');
        if depth < DEEPEST && self.holds_name(inner) {
            let quote = comment.text.len() - inner.len();
            let strings = self.in_text;
            self.tokens(inner, offset + comment.start + quote, DEEPEST);
            self.in_text = strings;
        }
    }

    fn token(&mut self, solid: &[Piece<'_>], at: usize, offset: usize) {
        let Some(token) = solid.get(at) else { return };
        if identifier(token).as_deref() != Some(&self.object.name) {
            return;
        }
        let near = |back: usize| at.checked_sub(back).and_then(|at| solid.get(at));
        if near(1).is_some_and(|it| it.kind == TokenKind::Dot) {
            let schema = near(2).and_then(identifier);
            if schema != self.object.schema {
                return;
            }
        }
        let called = solid
            .get(at + 1)
            .is_some_and(|it| it.kind == TokenKind::OpenParen);
        let words = ["function", "procedure", "routine"];
        let spoken_of = (1..=5)
            .any(|back| near(back).is_some_and(|it| words.iter().any(|word| it.is_word(word))));
        if called || spoken_of {
            self.edits.push(Edit {
                span: Span {
                    start: offset + token.start,
                    end: offset + token.end(),
                },
                text: self.new.to_owned(),
            });
        }
    }

    fn holds_name(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        text.split(|c| !is_part(c))
            .any(|word| word == self.object.name)
    }
}
