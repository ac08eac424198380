//! The rules by name: Lodger's own, and those of squawk that it runs or leaves out.

use lodger_migration::diagnostic::Severity;
use lodger_migration::rules::{RULES, Rule};
use lodger_migration::squawk;

/// How alike two names must be for one to be taken for a slip of the other, from 0 to 1.
const ALIKE: f64 = 0.6;

/// Where a rule is from, and whether it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One of Lodger's own.
    Lodger,
    /// One of squawk's, about locks and rewrites.
    Squawk,
    /// One of squawk's that is never run.
    LeftOut,
}

/// A rule's manual page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) origin: Origin,
    pub(crate) severity: Option<Severity>,
    pub(crate) summary: String,
    /// In Markdown.
    pub(crate) text: String,
}

/// All pages: Lodger's own rules first.
pub(crate) fn pages() -> Vec<Page> {
    let own = RULES.iter().copied().map(own);
    let kept = squawk::kept().into_iter().map(kept);
    let left_out = squawk::LEFT_OUT
        .iter()
        .map(|(id, reason)| left_out(id, reason));
    own.chain(kept).chain(left_out).collect()
}

/// The weight of a rule that can report something; `None` for any other name.
pub(crate) fn severity(id: &str) -> Option<Severity> {
    pages().into_iter().find(|page| page.id == id)?.severity
}

/// The names of rules that are most like `id`, at most three.
pub(crate) fn near(id: &str) -> Vec<String> {
    nearest(id, pages().into_iter().map(|page| page.id))
}

fn own(rule: &Rule) -> Page {
    let text = rule.page.trim();
    let text = text.replace("```sql,bad\n", "Bad:\n\n```sql\n");
    Page {
        id: rule.id.to_owned(),
        origin: Origin::Lodger,
        severity: Some(rule.severity),
        summary: rule.summary(),
        text: text.replace("```sql,good\n", "Good:\n\n```sql\n"),
    }
}

fn kept(id: String) -> Page {
    let text =
        format!("A rule of squawk about locks and rewrites: <https://squawkhq.com/docs/{id}>");
    Page {
        id,
        origin: Origin::Squawk,
        severity: Some(Severity::Warning),
        summary: "A rule of squawk about locks and rewrites.".to_owned(),
        text,
    }
}

fn left_out(id: &str, reason: &str) -> Page {
    Page {
        id: id.to_owned(),
        origin: Origin::LeftOut,
        severity: None,
        summary: reason.to_owned(),
        text: format!("A rule of squawk that Lodger leaves out. {reason}"),
    }
}

fn nearest(id: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let alike = |name: String| {
        let part = !id.is_empty() && name.contains(id);
        let score = if part {
            1.0
        } else {
            strsim::normalized_damerau_levenshtein(id, &name)
        };
        (score, name)
    };
    let mut scored: Vec<_> = names
        .map(alike)
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_slips_and_parts() {
        let names = [
            "skipped-different-shape",
            "skipped-same-shape",
            "explicit-commit",
        ];
        let near = |id| nearest(id, names.iter().map(ToString::to_string));
        assert_eq!(near("explict-comit"), ["explicit-commit"]);
        assert_eq!(
            near("skipped"),
            ["skipped-different-shape", "skipped-same-shape"]
        );
        assert!(near("zzz").is_empty());
        assert!(near("").is_empty());
    }

    #[test]
    fn no_name_stands_for_two_rules() {
        let mut ids: Vec<String> = pages().into_iter().map(|page| page.id).collect();
        ids.sort();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn a_rule_that_is_left_out_has_no_weight() {
        assert_eq!(severity("custom-users-table"), Some(Severity::Error));
        assert_eq!(
            severity("require-concurrent-index-creation"),
            Some(Severity::Warning)
        );
        assert_eq!(severity("prefer-robust-stmts"), None);
        assert_eq!(severity("no-such-rule"), None);
    }
}
