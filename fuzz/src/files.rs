//! What must hold for any migration file.

use lodger_migration::fix::{Wanted, fix};
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::Settings;

fn parse(bytes: &[u8]) -> Migration {
    parse_migration("20251101040000", "any", "any.sql", bytes)
}

/// Any file is read or refused; what is read stands where it says, in order, each statement once.
pub fn parse_file(bytes: &[u8]) {
    let read = parse(bytes);
    let mut end = 0;
    for (number, statement) in read.statements.iter().enumerate() {
        let span = statement.span;
        assert!(end <= span.start && span.start <= span.end, "{statement:?}");
        assert_eq!(
            read.text.get(span.start..span.end),
            Some(statement.text.as_str())
        );
        assert_eq!(statement.index, number);
        assert_eq!(read.location(span).line, statement.line);
        end = span.end;
        for mention in &statement.mentions {
            let part = read.text.get(mention.span.start..mention.span.end);
            assert!(part.is_some(), "{mention:?}");
        }
    }
    for error in &read.syntax_errors {
        let place = read.location(error.span);
        assert!(
            place.line > 0 && error.span.start <= error.span.end,
            "{error:?}"
        );
    }
    assert_eq!(parse(bytes), read, "a file is read alike each time");
}

/// What `fix` makes of a file that parses does parse, says of itself what it is, and has nothing left to fix.
pub fn fix_file(bytes: &[u8]) {
    let read = parse(bytes);
    if !read.syntax_errors.is_empty() {
        return;
    }
    let settings = Settings::new("notes");
    let once = fix(&settings, &[read], &Wanted::All);
    for migration in &once.migrations {
        assert!(migration.syntax_errors.is_empty(), "{}", migration.text);
        assert_eq!(
            parse(migration.text.as_bytes()).statements,
            migration.statements
        );
    }
    let twice = fix(&settings, &once.migrations, &Wanted::All);
    assert_eq!(texts(&once.migrations), texts(&twice.migrations));
}

fn texts(migrations: &[Migration]) -> Vec<&str> {
    migrations.iter().map(|it| it.text.as_str()).collect()
}
