//! Rewrites migrations so that what the rules found is gone: exact edits of the text, all else stays.
//!
//! Some findings carry edits of their own file ([`Diagnostic::fix`]); what goes through several files,
//! such as the name of a function, is proposed here.

mod edit;
pub(crate) mod guard;
mod names;
pub(crate) mod not_valid;
pub(crate) mod policy;
mod users_table;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::lint::lint;
use crate::migration::Migration;
use crate::project::Project;
use crate::settings::Settings;

pub(crate) use edit::whole_lines;
use edit::{Accepted, Proposal};

/// A fix may uncover the next one; more rounds than that would mean that two of them disagree.
const MOST_ROUNDS: usize = 12;

/// Which findings are to be fixed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// All that `lint` reports.
    #[default]
    All,
    /// Those of these rules.
    Rules(BTreeSet<String>),
}

impl Wanted {
    fn includes(&self, rule: &str) -> bool {
        match self {
            Self::All => true,
            Self::Rules(rules) => rules.contains(rule),
        }
    }

    /// Somebody asked for this rule by name.
    fn names(&self, rule: &str) -> bool {
        matches!(self, Self::Rules(rules) if rules.contains(rule))
    }
}

/// Migrations as they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// All of them, in the same order; those that were not touched are as they were.
    pub migrations: Vec<Migration>,
    /// What was done.
    pub applied: Vec<AppliedFix>,
    /// What could not be done exactly, and was left.
    pub refused: Vec<RefusedFix>,
    /// What the rules still say.
    pub left: Vec<Diagnostic>,
}

/// One fix that was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppliedFix {
    /// The rule whose finding it removes.
    pub rule: Cow<'static, str>,
    /// What was done, as an imperative sentence.
    pub title: String,
    /// The files that were changed.
    pub files: Vec<String>,
}

/// One fix that cannot be exact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefusedFix {
    /// The rule whose finding stays.
    pub rule: Cow<'static, str>,
    /// Why.
    pub reason: String,
}

/// Fixes what can be fixed by exact edits. The result parses wherever the migrations did, and none of
/// its findings is new.
#[must_use]
pub fn fix(settings: &Settings, migrations: &[Migration], wanted: &Wanted) -> Fixed {
    let mut fixed = Fixed {
        migrations: migrations.to_vec(),
        applied: Vec::new(),
        refused: Vec::new(),
        left: lint(settings, migrations, None),
    };
    for _ in 0..MOST_ROUNDS {
        let (proposals, refused) = propose(settings, &fixed, wanted);
        fixed.refused = refused;
        let Some(round) = round(settings, &fixed, proposals) else {
            break;
        };
        fixed = round;
    }
    fixed
}

/// Takes over the proposals that get along. `None` when nothing is left to do.
fn round(settings: &Settings, fixed: &Fixed, proposals: Vec<Proposal>) -> Option<Fixed> {
    if proposals.is_empty() {
        return None;
    }
    let all = take_over(settings, fixed, proposals.clone());
    // One of them breaks something: find out which, and leave it out.
    all.or_else(|| {
        let mut one_by_one = proposals.into_iter();
        one_by_one.find_map(|it| take_over(settings, fixed, vec![it]))
    })
}

fn take_over(settings: &Settings, fixed: &Fixed, proposals: Vec<Proposal>) -> Option<Fixed> {
    let accepted = Accepted::of(proposals);
    let migrations = accepted.apply(&fixed.migrations);
    let left = lint(settings, &migrations, None);
    let broken = |migrations: &[Migration]| -> usize {
        migrations.iter().map(|it| it.syntax_errors.len()).sum()
    };
    let harms = broken(&migrations) > broken(&fixed.migrations)
        || migrations == fixed.migrations
        || errors(&left) > errors(&fixed.left);
    if harms {
        return None;
    }
    let files = |proposal: &Proposal| {
        let changed = proposal.edits.keys();
        let changed = changed.filter_map(|at| fixed.migrations.get(*at));
        changed.map(|it| it.file.clone()).collect()
    };
    let mut applied = fixed.applied.clone();
    applied.extend(accepted.proposals.iter().map(|it| AppliedFix {
        rule: it.rule.clone(),
        title: it.title.clone(),
        files: files(it),
    }));
    Some(Fixed {
        migrations,
        applied,
        refused: fixed.refused.clone(),
        left,
    })
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    let is_error = |it: &&Diagnostic| it.severity == crate::diagnostic::Severity::Error;
    diagnostics.iter().filter(is_error).count()
}

/// What could be done to these migrations, and what could not, with the reason.
fn propose(
    settings: &Settings,
    fixed: &Fixed,
    wanted: &Wanted,
) -> (Vec<Proposal>, Vec<RefusedFix>) {
    let project = Project::of(settings, &fixed.migrations);
    let scene = Scene {
        settings,
        migrations: &fixed.migrations,
        project: &project,
    };
    let mut proposals = Vec::new();
    let mut refused = BTreeSet::new();
    for diagnostic in fixed.left.iter().filter(|it| wanted.includes(&it.rule)) {
        let wide = match &*diagnostic.rule {
            "custom-users-table" => users_table::propose(&scene, diagnostic),
            "replaces-shared-function" => names::propose(&scene, diagnostic),
            _ => scene.own_fix(diagnostic),
        };
        match wide {
            None => {}
            Some(Ok(proposal)) => proposals.push(proposal),
            Some(Err(reason)) => {
                refused.insert(RefusedFix {
                    rule: diagnostic.rule.clone(),
                    reason,
                });
            }
        }
    }
    if wanted.names(not_valid::RULE) {
        proposals.extend(not_valid::propose(&scene));
    }
    (proposals, refused.into_iter().collect())
}

/// What proposals are made from.
struct Scene<'a> {
    settings: &'a Settings,
    migrations: &'a [Migration],
    project: &'a Project<'a>,
}

impl Scene<'_> {
    /// The position of the migration that a finding is about.
    fn at(&self, diagnostic: &Diagnostic) -> Option<usize> {
        let location = diagnostic.location.as_ref()?;
        self.migrations
            .iter()
            .position(|it| it.file == location.file)
    }

    /// The edits that a finding carries itself.
    fn own_fix(&self, diagnostic: &Diagnostic) -> Option<Result<Proposal, String>> {
        let fix = diagnostic.fix.as_ref()?;
        let mut proposal = Proposal::new(diagnostic.rule.clone(), fix.title.clone());
        let at = self.at(diagnostic)?;
        for edit in &fix.edits {
            proposal.edit(at, edit.clone());
        }
        Some(Ok(proposal))
    }
}
