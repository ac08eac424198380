//! Comments that silence a rule at one place, with a reason.
//!
//! `-- lodger: allow <rule> [<object>] because <reason>`, on the line before a statement, at its end,
//! or within it for the line that follows.

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::migration::Migration;
use crate::parse::comments;
use crate::rules::{Needs, rule};
use crate::settings::matches_glob;
use crate::squawk;
use crate::subject::Subject;

/// One such comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The rule's id.
    pub rule: String,
    /// The object's name as Lodger prints it; `*` stands for any run of characters.
    pub object: Option<String>,
    /// Why it is all right; `None` makes the comment void.
    pub reason: Option<String>,
    /// The comment.
    pub span: Span,
    /// The bytes it is about.
    pub covers: Span,
}

impl Suppression {
    fn silences(&self, finding: &Diagnostic) -> bool {
        let Some(location) = &finding.location else {
            return false;
        };
        let start = location.span.start;
        let object = match (&self.object, &finding.object) {
            (None, _) => true,
            (Some(pattern), Some(object)) => matches_glob(pattern, &object.name()),
            (Some(_), None) => false,
        };
        self.reason.is_some()
            && self.rule == finding.rule
            && object
            && self.covers.start <= start
            && start <= self.covers.end
    }

    /// It may silence something: it gives a reason and names a rule.
    fn is_complete(&self) -> bool {
        self.reason.is_some() && (rule(&self.rule).is_some() || squawk::is_kept(&self.rule))
    }

    /// What it is for can be found from the files alone.
    fn is_about_files(&self) -> bool {
        rule(&self.rule).is_none_or(|it| it.needs == Needs::Files)
    }
}

/// The suppressions in a file.
#[must_use]
pub fn suppressions(migration: &Migration) -> Vec<Suppression> {
    let found = comments(&migration.text).into_iter();
    found
        .filter_map(|span| parse_suppression(migration, span))
        .collect()
}

fn parse_suppression(migration: &Migration, span: Span) -> Option<Suppression> {
    let comment = migration.text.get(span.start..span.end)?;
    let body = comment
        .trim_start_matches(['-', '/', '*'])
        .trim_end_matches(['*', '/'])
        .trim();
    let order = body.strip_prefix("lodger:")?.trim();
    let order = order.strip_prefix("allow")?.trim();
    let (target, reason) = match order.split_once("because") {
        Some((target, reason)) => (target.trim(), Some(reason.trim())),
        None => (order, None),
    };
    let (rule, object) = match target.split_once(char::is_whitespace) {
        Some((rule, object)) => (rule, Some(object.trim().to_owned())),
        None => (target, None),
    };
    Some(Suppression {
        rule: rule.to_owned(),
        object,
        reason: reason.filter(|it| !it.is_empty()).map(str::to_owned),
        covers: covered(migration, span),
        span,
    })
}

/// The bytes that a comment is about.
fn covered(migration: &Migration, comment: Span) -> Span {
    let text = &migration.text;
    let line_start = text
        .get(..comment.start)
        .and_then(|it| it.rfind('\n'))
        .map_or(0, |it| it + 1);
    let on_own_line = text
        .get(line_start..comment.start)
        .is_some_and(|it| it.trim().is_empty());
    let inside = |it: &&crate::statement::Statement| {
        it.span.start < comment.start && comment.end < it.span.end
    };
    let within = migration.statements.iter().find(inside);
    match (within, on_own_line) {
        (Some(_), true) => Span {
            start: comment.start,
            end: end_of_next_line(text, comment.end),
        },
        (Some(_), false) => Span {
            start: line_start,
            end: comment.end,
        },
        (None, true) => {
            let next = migration
                .statements
                .iter()
                .find(|it| it.span.start >= comment.end);
            let end = next.map_or(comment.end, |it| it.span.end);
            Span {
                start: comment.start,
                end,
            }
        }
        (None, false) => {
            let ended = |it: &&crate::statement::Statement| {
                it.span.end <= comment.start && it.span.end > line_start
            };
            let last = migration.statements.iter().rev().find(ended);
            let start = last.map_or(line_start, |it| it.span.start);
            Span {
                start,
                end: comment.end,
            }
        }
    }
}

/// The end of the first line after `from` that is more than a comment.
fn end_of_next_line(text: &str, from: usize) -> usize {
    let mut end = from;
    for line in text
        .get(from..)
        .unwrap_or_default()
        .split_inclusive('\n')
        .skip(1)
    {
        end += line.len();
        if !line.trim_start().starts_with("--") {
            break;
        }
    }
    let first = text
        .get(from..)
        .and_then(|it| it.find('\n'))
        .map_or(0, |it| it + 1);
    (end + first).min(text.len())
}

/// Removes what is silenced; returns what is left and the suppressions that silenced nothing.
pub(crate) fn apply(
    migration: &Migration,
    findings: Vec<Diagnostic>,
) -> (Vec<Diagnostic>, Vec<Suppression>) {
    let mut unused = suppressions(migration);
    let all = unused.clone();
    let mut left = Vec::new();
    for finding in findings {
        let by = all
            .iter()
            .filter(|it| it.is_complete() && it.silences(&finding));
        let by: Vec<&Suppression> = by.collect();
        unused.retain(|it| !by.contains(&it));
        if by.is_empty() {
            left.push(finding);
        }
    }
    unused.retain(|it| it.is_complete() && it.is_about_files());
    (left, unused)
}

/// The findings about suppressions that silence nothing.
pub(crate) fn unused(subject: &Subject<'_>, unused: &[Suppression]) -> Vec<Diagnostic> {
    let report = |it: &Suppression| {
        let message = format!(
            "Nothing here is reported by `{}`: this comment silences nothing.",
            it.rule
        );
        subject
            .finding("unused-suppression", Severity::Warning, it.span, message)
            .help("Remove the comment.")
            .fixed_by("Remove the comment", it.span, "")
    };
    unused.iter().map(report).collect()
}

/// The findings about suppressions that are not complete.
pub(crate) fn malformed(id: &'static str, subject: &Subject<'_>) -> Vec<Diagnostic> {
    let all = suppressions(subject.context.migration);
    all.iter()
        .filter(|it| !it.is_complete())
        .map(|it| {
            let message = if it.reason.is_none() {
                "This comment gives no reason, so it silences nothing.".to_owned()
            } else {
                format!("There is no rule `{}`.", it.rule)
            };
            subject
                .finding(id, Severity::Warning, it.span, message)
                .help("Write `-- lodger: allow <rule> because <reason>`.")
        })
        .collect()
}
