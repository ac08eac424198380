//! What a DO block comes down to when an error in it is caught by an EXCEPTION clause.
//!
//! The embedded server cannot catch errors: its build has no nested jumps. A caught error undoes its
//! block and runs the handler instead, so the block can be written that way and run again.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::plpgsql::Plpgsql;
use squawk_syntax::{SourceFile, SyntaxNode};

use super::name::ends_of;

/// Condition names of PL/pgSQL that migrations catch, with their SQLSTATE.
/// Source: PostgreSQL documentation, appendix A. A code that ends in `000` stands for its class.
const CONDITIONS: &[(&str, &str)] = &[
    ("ambiguous_column", "42702"),
    ("ambiguous_function", "42725"),
    ("cannot_coerce", "42846"),
    ("check_violation", "23514"),
    ("datatype_mismatch", "42804"),
    ("dependent_objects_still_exist", "2BP01"),
    ("division_by_zero", "22012"),
    ("duplicate_alias", "42712"),
    ("duplicate_column", "42701"),
    ("duplicate_database", "42P04"),
    ("duplicate_file", "58P02"),
    ("duplicate_function", "42723"),
    ("duplicate_object", "42710"),
    ("duplicate_schema", "42P06"),
    ("duplicate_table", "42P07"),
    ("feature_not_supported", "0A000"),
    ("foreign_key_violation", "23503"),
    ("insufficient_privilege", "42501"),
    ("integrity_constraint_violation", "23000"),
    ("invalid_column_definition", "42611"),
    ("invalid_foreign_key", "42830"),
    ("invalid_object_definition", "42P17"),
    ("invalid_parameter_value", "22023"),
    ("invalid_schema_name", "3F000"),
    ("invalid_table_definition", "42P16"),
    ("invalid_text_representation", "22P02"),
    ("lock_not_available", "55P03"),
    ("no_data_found", "P0002"),
    ("not_null_violation", "23502"),
    ("object_not_in_prerequisite_state", "55000"),
    ("raise_exception", "P0001"),
    ("syntax_error", "42601"),
    ("syntax_error_or_access_rule_violation", "42000"),
    ("undefined_column", "42703"),
    ("undefined_file", "58P01"),
    ("undefined_function", "42883"),
    ("undefined_object", "42704"),
    ("undefined_parameter", "42P02"),
    ("undefined_schema", "3F000"),
    ("undefined_table", "42P01"),
    ("unique_violation", "23505"),
    ("wrong_object_type", "42809"),
];

/// The DO block with the handler in the place of the statements that it caught an error of. `line` is
/// the line of the body that Postgres names. `None` when no handler catches `sqlstate`, or `text` is
/// no DO block in PL/pgSQL.
#[must_use]
pub fn as_if_caught(text: &str, sqlstate: &str, line: Option<usize>) -> Option<String> {
    super::with_deep_stack(text, || {
        let file = SourceFile::parse(text).tree();
        let block = file.syntax().descendants().find_map(ast::Do::cast)?;
        let body = block.plpgsql()?;
        let root = body.syntax();
        let mut candidates: Vec<(ast::PlpgsqlBlock, ast::PlpgsqlExceptionHandler)> = root
            .descendants()
            .filter_map(ast::PlpgsqlBlock::cast)
            .filter_map(|block| {
                let handlers = block.exception()?.handlers();
                let handler = handlers.into_iter().find(|it| catches(it, sqlstate))?;
                Some((block, handler))
            })
            .collect();
        // The innermost of those that hold the line; with one candidate there is no question.
        candidates.sort_by_key(|(block, _)| block.syntax().text_range().len());
        let holds =
            |block: &SyntaxNode| line.is_none_or(|line| holds_line(body.text(), block, line));
        let chosen = candidates.iter().find(|(block, _)| holds(block.syntax()));
        let (block, handler) = chosen.or(candidates.first())?;
        replace(text, &body, block, handler)
    })
    .ok()
    .flatten()
}

fn catches(handler: &ast::PlpgsqlExceptionHandler, sqlstate: &str) -> bool {
    handler.conditions().any(|condition| {
        let text = condition.syntax().text().to_string().to_ascii_lowercase();
        let text = text.trim();
        if text == "others" {
            return true;
        }
        let code = match text.strip_prefix("sqlstate") {
            Some(literal) => literal.trim().trim_matches('\'').to_ascii_uppercase(),
            None => match CONDITIONS.iter().find(|(name, _)| *name == text) {
                Some((_, code)) => (*code).to_owned(),
                None => return false,
            },
        };
        code == sqlstate
            || code
                .strip_suffix("000")
                .is_some_and(|class| sqlstate.starts_with(class))
    })
}

/// PL/pgSQL counts the lines of a body from 1; whether a line break right after the opening quote is
/// counted differs, so the line after is good as well.
fn holds_line(body: &str, block: &SyntaxNode, line: usize) -> bool {
    let range = block.text_range();
    let line_of = |offset: usize| {
        let before = body.get(..offset).unwrap_or(body);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    };
    let (first, last) = (line_of(range.start().into()), line_of(range.end().into()));
    (first..=last).contains(&line) || (first..=last).contains(&(line + 1))
}

/// Keeps declarations, BEGIN and END, and puts the handler's statements between them.
fn replace(
    text: &str,
    body: &Plpgsql,
    block: &ast::PlpgsqlBlock,
    handler: &ast::PlpgsqlExceptionHandler,
) -> Option<String> {
    let from: usize = body
        .source_range(block.begin_token()?.text_range())
        .end()
        .into();
    let to: usize = body
        .source_range(block.end_token()?.text_range())
        .start()
        .into();
    let statements = match handler.body().and_then(|it| ends_of(it.syntax())) {
        Some((first, last)) => {
            let start: usize = body.source_range(first.text_range()).start().into();
            let end: usize = body.source_range(last.text_range()).end().into();
            text.get(start..end)?
        }
        None => "null;",
    };
    // Outside a handler there is no error to speak of.
    let statements = without_words(statements, &["sqlerrm", "sqlstate"]);
    // The tree leaves the last semicolon outside; an empty statement does no harm.
    let end = if statements.ends_with(';') { "" } else { ";" };
    Some(format!(
        "{}\n{statements}{end}\n{}",
        text.get(..from)?,
        text.get(to..)?
    ))
}

fn without_words(text: &str, words: &[&str]) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        if words.contains(&word.to_ascii_lowercase().as_str()) {
            out.push_str("'the error'");
        } else {
            out.push_str(&word);
        }
        word.clear();
        if character != '\0' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARD: &str = "do $$ begin\n  create type mood as enum ('a');\nexception\n  when duplicate_object then null;\nend $$";

    #[test]
    fn a_caught_error_leaves_the_handler() {
        let caught = as_if_caught(GUARD, "42710", Some(2)).unwrap();
        assert!(!caught.contains("create type"), "{caught}");
        assert!(caught.contains("null;"), "{caught}");
        assert!(
            !caught.to_ascii_lowercase().contains("exception"),
            "{caught}"
        );
    }

    #[test]
    fn what_is_left_is_a_block_that_parses() {
        let one_line = "do $$ begin create type mood as enum ('a'); exception when duplicate_object then null; end $$";
        let caught = as_if_caught(one_line, "42710", Some(1)).unwrap();
        let words: Vec<&str> = caught.split_whitespace().collect();
        assert_eq!(words, ["do", "$$", "begin", "null;", "end", "$$"]);
    }

    #[test]
    fn an_error_that_no_handler_names_is_not_caught() {
        assert_eq!(as_if_caught(GUARD, "42P01", Some(2)), None);
        assert_eq!(as_if_caught("create table t (id int)", "42P07", None), None);
    }

    #[test]
    fn others_and_classes_and_codes_catch() {
        let with = |condition: &str| GUARD.replace("duplicate_object", condition);
        assert!(as_if_caught(&with("others"), "XX000", None).is_some());
        assert!(as_if_caught(&with("sqlstate '42710'"), "42710", None).is_some());
        let class = with("syntax_error_or_access_rule_violation");
        assert!(as_if_caught(&class, "42710", None).is_some());
    }

    #[test]
    fn only_the_block_with_the_error_is_replaced() {
        let text = "do $$\nbegin\n  begin\n    create type one as enum ('a');\n  exception when duplicate_object then null;\n  end;\n  \
            begin\n    create type two as enum ('a');\n  exception when duplicate_object then raise notice '%', sqlerrm;\n  end;\nend $$";
        let caught = as_if_caught(text, "42710", Some(8)).unwrap();
        assert!(caught.contains("create type one"), "{caught}");
        assert!(!caught.contains("create type two"), "{caught}");
        assert!(caught.contains("'the error'"), "{caught}");
    }
}
