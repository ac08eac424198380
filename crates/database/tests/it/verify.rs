//! `verify`: what the applied migrations declare is there, and every way in which it is not is named.

use lodger_database::verify::{VerifyReport, verify};

use crate::project::{Project, RESEARCH, migration};

impl Project {
    async fn verify(&self) -> VerifyReport {
        verify(&self.session, &self.migrations, &self.settings)
            .await
            .unwrap()
    }

    /// `check: detail` of what does not hold.
    async fn failures(&self) -> Vec<String> {
        failures(&self.verify().await)
    }
}

fn failures(report: &VerifyReport) -> Vec<String> {
    let failed = report.checks.iter().filter(|check| !check.passed);
    failed
        .map(|check| format!("{}: {}", check.name, check.detail.as_deref().unwrap_or("?")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_passes_and_nobody_was_touched() {
    let project = Project::applied(&[RESEARCH]).await;
    let report = project.verify().await;
    assert_eq!(failures(&report), Vec::<String>::new());
    let names: Vec<&str> = report.checks.iter().map(|it| it.name.as_str()).collect();
    insta::assert_snapshot!(names.join("\n"));
    insta::assert_snapshot!("notes", report.notes.join("\n"));
    project.instance.assert_strangers_untouched().await;
}
