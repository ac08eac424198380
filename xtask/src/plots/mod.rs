//! Plots of what was measured: drawn from the documents' tables, which are their only source.

mod axis;
mod bars;
mod curves;
mod figures;
mod groups;
mod lines;
mod number;
mod paper;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::shell::{files, root};
use figures::{FIGURES, Figure};

/// Where they stand; the documents show them from there.
const FOLDER: &str = "docs/plots";

/// Writes them all, or none where a table is missing, and removes what none of them is.
pub(crate) fn run() -> Result<()> {
    let draw = |it| draw(it, &read(it)?);
    let drawn: Result<Vec<String>> = FIGURES.iter().map(draw).collect();
    fs::create_dir_all(root().join(FOLDER))?;
    for (figure, svg) in FIGURES.iter().zip(drawn?) {
        let path = path(figure);
        fs::write(root().join(&path), svg)
            .with_context(|| format!("writing {}", path.display()))?;
        println!("{}", path.display());
    }
    for stray in strays()? {
        fs::remove_file(root().join(stray))?;
    }
    Ok(())
}

/// The plots that are not what the tables say, as `path: what is wrong`.
pub(crate) fn findings() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for figure in &FIGURES {
        let path = path(figure);
        let text = read(figure)?;
        let drawn = fs::read_to_string(root().join(&path)).unwrap_or_default();
        match draw(figure, &text) {
            Ok(svg) if svg == drawn => {}
            Ok(_) => findings.push(format!(
                "{}: not what {} says; run `cargo xtask plots`",
                path.display(),
                figure.document
            )),
            Err(error) => findings.push(format!("{error:#}")),
        }
        if !text.contains(&format!("](plots/{}.svg)", figure.name)) {
            findings.push(format!(
                "{}: does not show {}",
                figure.document,
                path.display()
            ));
        }
    }
    let stray = |it: PathBuf| {
        format!(
            "{}: drawn by nothing; run `cargo xtask plots`",
            it.display()
        )
    };
    findings.extend(strays()?.into_iter().map(stray));
    Ok(findings)
}

fn path(figure: &Figure) -> PathBuf {
    Path::new(FOLDER).join(figure.name).with_extension("svg")
}

fn read(figure: &Figure) -> Result<String> {
    fs::read_to_string(root().join(figure.document))
        .with_context(|| format!("reading {}", figure.document))
}

fn draw(figure: &Figure, text: &str) -> Result<String> {
    let tables = table::parse_tables(text);
    table::find(&tables, figure.columns)
        .and_then(|table| (figure.draw)(table))
        .with_context(|| format!("{}: the plot {}", figure.document, figure.name))
}

/// What stands in the folder and is none of the plots.
fn strays() -> Result<Vec<PathBuf>> {
    if !root().join(FOLDER).is_dir() {
        return Ok(Vec::new());
    }
    let known: BTreeSet<PathBuf> = FIGURES.iter().map(path).collect();
    let mut strays = files(Path::new(FOLDER))?;
    strays.retain(|it| !known.contains(it));
    Ok(strays)
}
