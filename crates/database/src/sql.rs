//! The only place where identifiers and strings are put into quotes.

/// An identifier in quotes, as Postgres reads it whatever it holds.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `"schema"."name"`.
#[cfg(feature = "embedded")]
pub(crate) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quoted(schema), quoted(name))
}

/// The object's name in quotes, with its schema where it has one.
#[cfg(feature = "embedded")]
pub(crate) fn name(id: &lodger_migration::object::ObjectId) -> String {
    match &id.schema {
        Some(schema) => qualified(schema, &id.name),
        None => quoted(&id.name),
    }
}

/// A string in quotes, whatever it holds, for a session with `standard_conforming_strings` on.
#[cfg(feature = "embedded")]
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(quoted(r#"a"b"#), r#""a""b""#);
        assert_eq!(qualified("Public", "select"), r#""Public"."select""#);
    }
}
