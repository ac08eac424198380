//! A finding with the piece of the file that it is about.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
};
use lodger_migration::diagnostic::{Diagnostic, Fix, Location, Severity};
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
    let source = diagnostic.location.as_ref().and_then(|it| Excerpt::of(it, migrations));
    if let Some(source) = &source {
        main = main.element(source.snippet().annotation(AnnotationKind::Primary.span(source.span.clone())));
    }
    if let Some(help) = &diagnostic.help {
        main = main.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let mut groups = vec![main];
    if let (Some(fix), Some(source)) = (&diagnostic.fix, &source) {
        groups.extend(source.fix(fix));
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

/// A file's text with the bytes that a finding is about.
struct Excerpt<'a> {
    file: &'a str,
    text: &'a str,
    span: Range<usize>,
}

impl<'a> Excerpt<'a> {
    /// `None` when the file is not among `migrations`, or has no such bytes.
    fn of(location: &'a Location, migrations: &'a [Migration]) -> Option<Self> {
        let migration = migrations.iter().find(|it| it.file == location.file)?;
        let span = location.span.start..location.span.end;
        migration.text.get(span.clone())?;
        Some(Self { file: &location.file, text: &migration.text, span })
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text).path(self.file).line_start(1)
    }

    /// `None` when an edit is not within the file.
    fn fix(&self, fix: &'a Fix) -> Option<Group<'a>> {
        let mut snippet = self.snippet();
        for edit in &fix.edits {
            let span = edit.span.start..edit.span.end;
            self.text.get(span.clone())?;
            snippet = snippet.patch(Patch::new(span, &*edit.text));
        }
        let title = Level::HELP.secondary_title(normalize_untrusted_str(&fix.title));
        Some(Group::with_title(title).element(snippet))
    }
}

#[cfg(test)]
mod tests {
    use lodger_migration::diagnostic::{Edit, Span};

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
            location: Some(migration.location(Span { start, end: start + about.len() })),
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
        let edits = vec![Edit { span, text: "references auth.users (id)".into() }];
        finding.fix = Some(Fix { title: "reference the identity table".into(), edits });
        let text = render_diagnostics(&[finding], &[migration], &Renderer::plain());
        insta::assert_snapshot!(text, @"");
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
