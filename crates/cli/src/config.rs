//! `lodger.toml` and the environment, put together with the command line.

mod file;
mod names;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lodger_migration::settings::Settings;

#[cfg(feature = "embedded")]
pub(crate) use self::file::Written;
use self::file::{FileConfig, Source};
use self::names::{check_project, check_schema};
use crate::args::GlobalArgs;
use crate::error::CommandError;

/// The configuration file's name.
pub(crate) const FILE_NAME: &str = "lodger.toml";

/// The configuration, resolved. The command line wins over the file, the file over the defaults.
#[derive(Debug)]
pub(crate) struct Config {
    /// The database's address. It may hold a password, so it is never printed.
    pub(crate) database_url: Option<String>,
    /// The folder with the migrations.
    pub(crate) migrations: PathBuf,
    /// What the project says of itself.
    pub(crate) settings: Settings,
}

impl Config {
    /// Finds and reads `lodger.toml`, and lets the command line override it.
    pub(crate) fn resolve(global: GlobalArgs) -> Result<Self, CommandError> {
        match find(&working_directory()?)? {
            Some((path, text)) => {
                let file = Source {
                    path: &path,
                    text: &text,
                }
                .parse()?;
                resolve(file, path.parent(), global)
            }
            None => Self::without_file(global),
        }
    }

    /// The command line over the defaults.
    pub(crate) fn without_file(global: GlobalArgs) -> Result<Self, CommandError> {
        resolve(FileConfig::default(), None, global)
    }
}

/// The working directory.
fn working_directory() -> Result<PathBuf, CommandError> {
    env::current_dir().map_err(|error| {
        CommandError::failed("the working directory cannot be read").because(error)
    })
}

/// The working directory's name, made into a project name where that is possible.
pub(crate) fn project_of_folder() -> Option<String> {
    let plain = |it: char| {
        if it.is_ascii_alphanumeric() || it == '_' {
            it
        } else {
            '-'
        }
    };
    let folder = working_directory().ok()?;
    let name = folder.file_name()?.to_str()?;
    let name: String = name.to_ascii_lowercase().chars().map(plain).collect();
    let name = name.trim_matches(['-', '_']);
    check_project(name).ok()
}

/// Should colour be left out? See <https://no-color.org>.
pub(crate) fn no_color() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Where somebody wants temporary files, if they have said so.
#[cfg(feature = "embedded")]
pub(crate) fn temporary_folder() -> Option<PathBuf> {
    let said = env::var_os("TMPDIR").filter(|value| !value.is_empty());
    said.map(PathBuf::from)
}

/// The nearest `lodger.toml`, from the working directory upwards: its path as seen from there, and its text.
fn find(working_directory: &Path) -> Result<Option<(PathBuf, String)>, CommandError> {
    let mut folder = PathBuf::new();
    for _ in working_directory.ancestors() {
        let path = folder.join(FILE_NAME);
        match fs::read_to_string(&path) {
            Ok(text) => return Ok(Some((path, text))),
            Err(error) if error.kind() == ErrorKind::NotFound => folder.push(".."),
            Err(error) => {
                let message = format!("{} cannot be read", path.display());
                return Err(CommandError::usage(message).because(error));
            }
        }
    }
    Ok(None)
}

/// Puts the file and the command line together. `folder` is where the file stands.
fn resolve(
    file: FileConfig,
    folder: Option<&Path>,
    global: GlobalArgs,
) -> Result<Config, CommandError> {
    let wrong = |option: &'static str| {
        move |message: String| CommandError::usage(format!("--{option}: {message}"))
    };
    let project = global.project.map(|it| check_project(&it)).transpose();
    let schema = global.schema.map(|it| check_schema(&it)).transpose();
    let from_file = file.migrations.unwrap_or_else(|| "migrations".into());
    let below_file = folder.unwrap_or(Path::new("")).join(from_file);
    let mut settings = Settings::new(
        project
            .map_err(wrong("project"))?
            .or(file.project)
            .unwrap_or_default(),
    );
    if let Some(schema) = schema.map_err(wrong("schema"))?.or(file.schema) {
        settings.schema = schema;
    }
    settings.identity_table = file.identity_table.unwrap_or_default();
    settings.allow = file.allow;
    settings.severities = file.severities;
    Ok(Config {
        database_url: global.database_url,
        migrations: global.migrations.unwrap_or(below_file),
        settings,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    fn read(text: &str, arguments: &[&str]) -> Result<Config, CommandError> {
        let path = Path::new("up/lodger.toml");
        let command_line = ["lodger", "new", "x"].iter().chain(arguments);
        let global = Cli::try_parse_from(command_line).unwrap().global;
        resolve(Source { path, text }.parse()?, path.parent(), global)
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let text = "project = 'a'\nschema = 'b'\nmigrations = 'c'\nidentity_table = 'x.people.key'";
        let config = read(text, &[]).unwrap();
        assert_eq!(config.settings.project, "a");
        assert_eq!(config.settings.schema, "b");
        assert_eq!(config.migrations, Path::new("up/c"));
        assert_eq!(config.settings.identity_table.column, "key");

        let options = ["--project", "p", "--schema", "s", "--migrations", "m"];
        let config = read(text, &options).unwrap();
        assert_eq!(config.settings.project, "p");
        assert_eq!(config.settings.schema, "s");
        assert_eq!(config.migrations, Path::new("m"));
    }

    #[test]
    fn nothing_said_means_the_defaults() {
        let config = read("", &[]).unwrap();
        assert_eq!(config.settings, Settings::new(""));
        assert_eq!(config.migrations, Path::new("up/migrations"));
    }

    #[test]
    fn options_are_checked_like_the_file() {
        let error = read("", &["--project", "A"]).unwrap_err().to_string();
        assert!(
            error.starts_with("--project: `A` is no project name"),
            "{error}"
        );
        let error = read("", &["--schema", "pg_x"]).unwrap_err().to_string();
        assert!(
            error.starts_with("--schema: schema `pg_x` belongs to the platform"),
            "{error}"
        );
    }
}
