//! One thing that was checked, and whether it holds.

/// A postcondition, or an item of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked, as a short sentence.
    pub name: String,
    /// It holds.
    pub passed: bool,
    /// What was found, where that says more.
    pub detail: Option<String>,
}

impl Check {
    /// A check that holds when there is nothing to complain about.
    #[must_use]
    pub fn of(name: impl Into<String>, complaints: &[String]) -> Self {
        let detail = (!complaints.is_empty()).then(|| complaints.join("; "));
        Self {
            name: name.into(),
            passed: complaints.is_empty(),
            detail,
        }
    }
}

/// What a verification or a rehearsal found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// What the reader should know and what nothing hangs on, as sentences.
    pub notes: Vec<String>,
}

impl CheckReport {
    /// Every check holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}
