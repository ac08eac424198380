//! What neither the compiler nor clippy can check; a chore, and a test.

mod defects;
mod documents;
mod layers;
mod sources;

use anyhow::{Result, bail};

use crate::plots;

/// Prints what is untidy and fails if there is anything.
pub(crate) fn run() -> Result<()> {
    let findings = findings()?;
    if findings.is_empty() {
        return Ok(());
    }
    for finding in &findings {
        println!("{finding}");
    }
    bail!("{} untidy places", findings.len());
}

/// Every untidy place, as `path: what is wrong`.
fn findings() -> Result<Vec<String>> {
    let mut findings = layers::findings()?;
    findings.extend(sources::findings()?);
    findings.extend(documents::findings()?);
    findings.extend(defects::findings()?);
    findings.extend(plots::findings()?);
    Ok(findings)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_workspace_is_tidy() {
        let findings = super::findings().unwrap();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    }
}
