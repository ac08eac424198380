//! A finding with the piece of the file that it is about.

use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
};
use lodger_migration::diagnostic::{Diagnostic, Fix, Severity, Span};
use lodger_migration::migration::Migration;

/// Renders findings in the order given, each followed by an empty line.
pub(crate) fn render_diagnostics(
    diagnostics: &[Diagnostic],
    migrations: &[Migration],
    renderer: &Renderer,
) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&groups(diagnostic, migrations)));
        text.push_str("\n\n");
    }
    text
}

fn groups<'a>(diagnostic: &'a Diagnostic, migrations: &'a [Migration]) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(&*diagnostic.message);
    let mut main = Group::with_title(title.id(&*diagnostic.rule));
    let location = diagnostic.location.as_ref();
    let migration = location.and_then(|at| migrations.iter().find(|it| it.file == at.file));
    if let (Some(migration), Some(location)) = (migration, location) {
        main = main.elements(excerpt(migration, location.span));
    }
    if let Some(help) = &diagnostic.help {
        main = main.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let mut groups = vec![main];
    if let (Some(migration), Some(fix)) = (migration, &diagnostic.fix) {
        groups.extend(patched(migration, fix));
    }
    groups
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// The lines that a finding is about, with its bytes marked.
fn excerpt(migration: &Migration, span: Span) -> Option<Snippet<'_, Annotation<'_>>> {
    let lines = Lines::around(migration, span)?;
    Some(
        lines
            .snippet()
            .annotation(AnnotationKind::Primary.span(lines.within(span))),
    )
}

/// The lines that a fix changes, as they were and as they will be.
fn patched<'a>(migration: &'a Migration, fix: &'a Fix) -> Option<Group<'a>> {
    let start = fix.edits.iter().map(|it| it.span.start).min()?;
    let end = fix.edits.iter().map(|it| it.span.end).max()?;
    let lines = Lines::around(migration, Span { start, end })?;
    let patches = fix
        .edits
        .iter()
        .map(|it| Patch::new(lines.within(it.span), &*it.text));
    let title = Level::HELP.secondary_title(normalize_untrusted_str(&fix.title));
    Some(Group::with_title(title).element(lines.snippet().patches(patches)))
}

/// Whole lines of a file. Handing over the whole file instead would cost its length for every finding.
struct Lines<'a> {
    file: &'a str,
    text: &'a str,
    /// Where they start in the file.
    start: usize,
    /// The number of the first, from 1.
    number: usize,
}

impl<'a> Lines<'a> {
    /// `None` when the file has no such bytes.
    fn around(migration: &'a Migration, span: Span) -> Option<Self> {
        let before = migration.text.get(..span.start)?;
        let after = migration.text.get(span.end..)?;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = span.end + after.find('\n').unwrap_or(after.len());
        Some(Self {
            file: &migration.file,
            text: migration.text.get(start..end)?,
            start,
            number: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        })
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text)
            .path(self.file)
            .line_start(self.number)
    }

    /// Bytes of the file, counted from where these lines start.
    fn within(&self, span: Span) -> Range<usize> {
        span.start.saturating_sub(self.start)..span.end.saturating_sub(self.start)
    }
}

#[cfg(test)]
mod tests {
    use lodger_migration::diagnostic::Edit;

    use super::*;

    fn migration(text: &str) -> Migration {
        Migration {
            version: "1".into(),
            name: "a".into(),
            file: "migrations/1_a.sql".into(),
            text: text.into(),
            checksum: String::new(),
            statements: Vec::new(),
            syntax_errors: Vec::new(),
        }
    }

    fn finding(migration: &Migration, about: &str) -> Diagnostic {
        let start = migration.text.find(about).unwrap();
        Diagnostic {
            rule: "some-rule".into(),
            severity: Severity::Warning,
            message: "this points at the wrong table".into(),
            location: Some(migration.location(Span {
                start,
                end: start + about.len(),
            })),
            object: None,
            help: Some("write\u{1b}[31m auth.users".into()),
            fix: None,
        }
    }

    #[test]
    fn a_finding_shows_its_place_its_help_and_its_fix() {
        let migration = migration("create table a (\n  b uuid references users (id)\n);\n");
        let mut finding = finding(&migration, "references users (id)");
        let span = finding.location.as_ref().unwrap().span;
        let edits = vec![Edit {
            span,
            text: "references auth.users (id)".into(),
        }];
        finding.fix = Some(Fix {
            title: "reference the identity table".into(),
            edits,
        });
        let text = render_diagnostics(&[finding], &[migration], &Renderer::plain());
        insta::assert_snapshot!(text, @r"
        warning[some-rule]: this points at the wrong table
         --> migrations/1_a.sql:2:10
          |
        2 |   b uuid references users (id)
          |          ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write␛[31m auth.users
        help: reference the identity table
          |
        2 |   b uuid references auth.users (id)
          |                     +++++
        ");
    }

    #[test]
    fn a_finding_without_a_place_and_one_in_an_unknown_file_still_print() {
        let known = migration("select 1");
        let mut finding = finding(&known, "select");
        let elsewhere = render_diagnostics(&[finding.clone()], &[], &Renderer::plain());
        finding.location = None;
        let nowhere = render_diagnostics(&[finding], &[known], &Renderer::plain());
        assert_eq!(elsewhere, nowhere);
        assert!(nowhere.starts_with("warning[some-rule]: this points at the wrong table\n"));
    }

    #[test]
    fn a_span_outside_the_text_is_left_out() {
        let migration = migration("é");
        let mut finding = finding(&migration, "é");
        finding.location.as_mut().unwrap().span = Span { start: 1, end: 99 };
        let text = render_diagnostics(&[finding], &[migration], &Renderer::plain());
        assert!(!text.contains("-->"), "{text}");
    }
}
