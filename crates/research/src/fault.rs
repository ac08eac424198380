//! What is wrong with values, all of it at once.

use crate::{Error, Result};

/// What is wrong with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which value.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// Every fault that the checks have found, so that nobody has to put them right one by one. Any other error comes first.
pub(crate) fn all<const N: usize>(checks: [Result<()>; N]) -> Result<()> {
    let mut faults = Vec::new();
    for check in checks {
        match check {
            Ok(()) => {}
            Err(Error::Invalid(found)) => faults.extend(found),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(faults))
}

/// The faults in one line.
pub(crate) fn told(faults: &[Fault]) -> String {
    let each = faults
        .iter()
        .map(|it| format!("{}: {}", it.field, it.reason));
    each.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_together_and_anything_else_alone() {
        let wrong = |field| Err(Error::invalid(field, "it is empty"));
        assert!(all([Ok(()), Ok(())]).is_ok());
        let both = all([wrong("title"), Ok(()), wrong("language")]).unwrap_err();
        assert_eq!(
            both.to_string(),
            "title: it is empty; language: it is empty"
        );
        assert!(matches!(
            all([wrong("title"), Err(Error::Busy)]),
            Err(Error::Busy)
        ));
    }
}
