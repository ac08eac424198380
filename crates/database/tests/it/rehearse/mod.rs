//! `rehearse`: everything that users do works as meant, everything that is broken is named, nothing is left.

mod filling;
mod findings;
mod refusals;
mod residue;

use lodger_database::rehearse::{RehearseError, RehearseOptions, RehearseReport, rehearse};

use crate::project::Project;

impl Project {
    async fn rehearse_with(
        &self,
        options: &RehearseOptions,
    ) -> Result<RehearseReport, RehearseError> {
        let mut watch = |_| ();
        Box::pin(rehearse(&self.session, &self.settings, options, &mut watch)).await
    }

    async fn rehearse(&self) -> RehearseReport {
        self.rehearse_with(&RehearseOptions::default())
            .await
            .unwrap()
    }
}

fn failures(report: &RehearseReport) -> Vec<String> {
    let failed = report.checks.iter().filter(|check| !check.passed);
    failed
        .map(|check| format!("{}: {}", check.name, check.detail.as_deref().unwrap_or("?")))
        .collect()
}

fn assert_named(report: &RehearseReport, expected: &str) {
    let failures = failures(report);
    let named = failures.iter().any(|it| it.contains(expected));
    assert!(
        named,
        "{expected}\nis not in\n{failures:#?}\n{:#?}",
        report.notes
    );
}

fn assert_noted(report: &RehearseReport, expected: &str) {
    let noted = report.notes.iter().any(|it| it.contains(expected));
    assert!(noted, "{expected}\nis not in\n{:#?}", report.notes);
}
