//! What a project's configuration allows: applied to findings, and reported where it allows nothing.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{Needs, rule};
use crate::settings::{Allowance, Settings};

/// Rules that see other objects when a database is planned for than in the files alone.
const SHARPENED: &[&str] = &[
    "alters-foreign-object",
    "attaches-to-foreign-object",
    "auth-users-exposed",
    "drops-foreign-object",
    "drops-table-with-rows",
    "grants-on-all-tables",
    "grants-on-foreign-object",
    "guard-hides-collision",
    "trigger-column-missing",
    "writes-foreign-rows",
];

/// How much of the project was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All files, and no database.
    Files,
    /// All files, planned for one database.
    Whole,
    /// A part of the files: those that are still to be applied.
    Part,
}

/// Removes what the settings allow, weighs the rest as they say, and adds what they allow for nothing.
pub(crate) fn apply(
    settings: &Settings,
    findings: Vec<Diagnostic>,
    scope: Scope,
) -> Vec<Diagnostic> {
    let mut unused: Vec<&Allowance> = settings.allow.iter().collect();
    let mut left = Vec::new();
    for finding in findings {
        let object = finding.object.as_ref();
        let covers = |it: &Allowance| it.covers(&finding.rule, object);
        let allowed = settings.allow.iter().any(covers);
        unused.retain(|it| !covers(it));
        if !allowed {
            left.push(finding);
        }
    }
    unused.retain(|it| is_judged(&it.rule, scope));
    left.extend(unused.into_iter().map(report));
    for finding in &mut left {
        if let Some(severity) = settings.severities.get(finding.rule.as_ref()) {
            finding.severity = *severity;
        }
    }
    left
}

/// What this rule has to say is known.
fn is_judged(id: &str, scope: Scope) -> bool {
    match scope {
        Scope::Part => false,
        Scope::Whole => true,
        Scope::Files => {
            let needs_database = rule(id).is_some_and(|it| it.needs == Needs::Database);
            !needs_database && !SHARPENED.contains(&id)
        }
    }
}

fn report(allowance: &Allowance) -> Diagnostic {
    Diagnostic {
        rule: Cow::Borrowed("unused-allowance"),
        severity: Severity::Warning,
        message: format!(
            "The configuration allows `{}` on `{}` because {}: nothing of that kind is reported.",
            allowance.rule,
            allowance.object,
            allowance.reason.trim_end_matches('.')
        ),
        location: None,
        object: None,
        help: Some("Remove it from lodger.toml.".to_owned()),
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_see_more_on_a_database_exist() {
        for id in SHARPENED {
            assert!(rule(id).is_some_and(|it| it.needs == Needs::Files), "{id}");
        }
    }
}
