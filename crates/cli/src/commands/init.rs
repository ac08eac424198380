//! `lodger init`: the first files of a project.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::{self, FILE_NAME};
use crate::context::Context;
use crate::error::CommandError;
use crate::output::created::Created;

const TEMPLATE: &str = include_str!("init.toml");

const EXAMPLES: &str = "\
Examples:
  lodger init                                    the folder's name is the project's name
  lodger init --project research --schema research
  lodger init --migrations supabase/migrations";

/// Write a commented `lodger.toml` and the migrations folder
///
/// Both are made in the working directory. A file that is there already is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InitArgs {}

/// Writes the configuration and makes the migrations folder.
pub(crate) fn run(_args: &InitArgs, context: &Context) -> Result<Created, CommandError> {
    let migrations = &context.config.migrations;
    let folder = text(migrations)?;
    let project = match context.settings().project.as_str() {
        "" => config::project_of_folder().ok_or_else(|| {
            CommandError::usage("the folder's name cannot be the project's name")
                .hinted("name the project: lodger init --project NAME")
        })?,
        named => named.to_owned(),
    };
    let contents = TEMPLATE
        .replace("{project}", &project)
        .replace("{migrations}", &toml_string(folder))
        .replace("{schema}", &toml_string(&context.settings().schema));
    let mut paths = vec![PathBuf::from(FILE_NAME)];
    write_new(Path::new(FILE_NAME), &contents)?;
    if !migrations.is_dir() {
        fs::create_dir_all(migrations).map_err(|error| {
            CommandError::failed(format!("folder {folder} cannot be made")).because(error)
        })?;
        paths.push(migrations.clone());
    }
    let next = "`lodger new NAME` starts the first migration".to_owned();
    Ok(Created {
        paths,
        next: vec![next],
    })
}

fn text(path: &Path) -> Result<&str, CommandError> {
    path.to_str().ok_or_else(|| {
        CommandError::usage(format!(
            "{} is not UTF-8, so lodger.toml cannot name it",
            path.display()
        ))
    })
}

fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn write_new(path: &Path, contents: &str) -> Result<(), CommandError> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(contents.as_bytes()));
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(CommandError::usage(
            format!("{} is there already; nothing was written", path.display()),
        )),
        Err(error) => Err(
            CommandError::failed(format!("{} cannot be written", path.display())).because(error),
        ),
    }
}
