//! `lodger.toml` and the environment, put together with the command line.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lodger_migration::settings::{Allowance, IdentityTable, Settings};
use serde::Deserialize;
use toml::Spanned;

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

/// `lodger.toml` as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    project: Option<Spanned<String>>,
    migrations: Option<PathBuf>,
    schema: Option<Spanned<String>>,
    identity_table: Option<Spanned<String>>,
    #[serde(default)]
    allow: Vec<AllowEntry>,
}

/// One `[[allow]]` of `lodger.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowEntry {
    rule: Spanned<String>,
    object: String,
    reason: Spanned<String>,
}

impl Config {
    /// Finds and reads `lodger.toml`, and lets the command line override it.
    pub(crate) fn resolve(global: GlobalArgs) -> Result<Self, CommandError> {
        match find(&working_directory()?)? {
            Some((path, text)) => Source {
                path: &path,
                text: &text,
            }
            .resolve(global),
            None => Self::without_file(global),
        }
    }

    /// The command line over the defaults.
    pub(crate) fn without_file(global: GlobalArgs) -> Result<Self, CommandError> {
        resolve(File::default(), None, global)
    }
}

/// The working directory.
pub(crate) fn working_directory() -> Result<PathBuf, CommandError> {
    env::current_dir().map_err(|error| {
        CommandError::failed("the working directory cannot be read").because(error)
    })
}

/// Should colour be left out? See <https://no-color.org>.
pub(crate) fn no_color() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
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

/// The text of a configuration file, for errors that name their line.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn resolve(&self, global: GlobalArgs) -> Result<Config, CommandError> {
        let file: File = toml::from_str(self.text).map_err(|error| self.syntax_error(&error))?;
        self.check(&file)?;
        resolve(file, Some(self.path), global)
    }

    fn check(&self, file: &File) -> Result<(), CommandError> {
        if let Some(project) = &file.project {
            check_project(project.get_ref()).map_err(|it| self.error(project.span().start, &it))?;
        }
        if let Some(schema) = &file.schema {
            check_schema(schema.get_ref()).map_err(|it| self.error(schema.span().start, &it))?;
        }
        if let Some(table) = &file.identity_table {
            parse_identity_table(table.get_ref())
                .map_err(|it| self.error(table.span().start, &it))?;
        }
        for allowance in &file.allow {
            if allowance.reason.get_ref().trim().is_empty() {
                let message = "an allowance needs a reason that the next reader can judge";
                return Err(self.error(allowance.reason.span().start, message));
            }
        }
        Ok(())
    }

    fn syntax_error(&self, error: &toml::de::Error) -> CommandError {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message().replacen("unknown field", "unknown key", 1);
        let reported = self.error(offset, &message);
        if message.starts_with("unknown key `database_url`") {
            return reported
                .hinted("the database is given by --database-url or DATABASE_URL, so that no password stands in a file");
        }
        reported
    }

    fn error(&self, offset: usize, message: &str) -> CommandError {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        CommandError::usage(format!(
            "{}:{line}:{column}: {message}",
            self.path.display()
        ))
    }
}

/// Puts the file and the command line together.
fn resolve(file: File, path: Option<&Path>, global: GlobalArgs) -> Result<Config, CommandError> {
    let usage = |option: &str| {
        let option = option.to_owned();
        move |message: String| CommandError::usage(format!("--{option}: {message}"))
    };
    if let Some(project) = &global.project {
        check_project(project).map_err(usage("project"))?;
    }
    if let Some(schema) = &global.schema {
        check_schema(schema).map_err(usage("schema"))?;
    }
    let folder = path
        .and_then(Path::parent)
        .map(Path::to_owned)
        .unwrap_or_default();
    let from_file = file.migrations.unwrap_or_else(|| "migrations".into());
    let migrations = global.migrations.unwrap_or_else(|| folder.join(from_file));
    let project = global.project.or(file.project.map(Spanned::into_inner));
    let mut settings = Settings::new(project.unwrap_or_default());
    if let Some(schema) = global.schema.or(file.schema.map(Spanned::into_inner)) {
        settings.schema = schema;
    }
    if let Some(table) = &file.identity_table {
        settings.identity_table =
            parse_identity_table(table.get_ref()).map_err(CommandError::usage)?;
    }
    settings.allow = file
        .allow
        .into_iter()
        .map(AllowEntry::into_allowance)
        .collect();
    Ok(Config {
        database_url: global.database_url,
        migrations,
        settings,
    })
}

impl AllowEntry {
    fn into_allowance(self) -> Allowance {
        Allowance {
            rule: self.rule.into_inner(),
            object: self.object,
            reason: self.reason.into_inner(),
        }
    }
}

/// A project's name is a key in tables and in lock names, so it is kept plain.
pub(crate) fn check_project(name: &str) -> Result<(), String> {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-".contains(it);
    let starts_well = name.starts_with(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit());
    if starts_well && name.len() <= 63 && name.chars().all(plain) {
        return Ok(());
    }
    Err(format!(
        "`{name}` is no project name: 1 to 63 of a–z, 0–9, `-` and `_`, starting with a letter or digit"
    ))
}

fn check_schema(name: &str) -> Result<(), String> {
    match name {
        "" => Err("the schema's name is empty".to_owned()),
        _ if name.len() > 63 => Err(format!(
            "`{name}` is longer than Postgres allows (63 bytes)"
        )),
        _ if lodger_migration::owner::is_landlord_schema(name) => Err(format!(
            "schema `{name}` belongs to the platform, a project cannot live in it"
        )),
        _ => Ok(()),
    }
}

fn parse_identity_table(text: &str) -> Result<IdentityTable, String> {
    let parts: Vec<&str> = text.split('.').collect();
    let (schema, name, column) = match parts.as_slice() {
        [schema, name] => (*schema, *name, "id"),
        [schema, name, column] => (*schema, *name, *column),
        _ => ("", "", ""),
    };
    if [schema, name, column].iter().any(|part| part.is_empty()) {
        return Err(format!(
            "`{text}` is no identity table: `schema.table`, or `schema.table.column` where its key is not `id`"
        ));
    }
    Ok(IdentityTable {
        schema: schema.into(),
        name: name.into(),
        column: column.into(),
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    fn global(arguments: &[&str]) -> GlobalArgs {
        let command_line = ["lodger", "new", "x"].iter().chain(arguments);
        Cli::try_parse_from(command_line).unwrap().global
    }

    fn read(text: &str, arguments: &[&str]) -> Result<Config, String> {
        let source = Source {
            path: Path::new("up/lodger.toml"),
            text,
        };
        source
            .resolve(global(arguments))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let text = "project = 'a'\nschema = 'b'\nmigrations = 'c'\nidentity_table = 'x.people.key'";
        let config = read(text, &[]).unwrap();
        assert_eq!(config.settings.project, "a");
        assert_eq!(config.settings.schema, "b");
        assert_eq!(config.migrations, Path::new("up/c"));
        assert_eq!(config.settings.identity_table.column, "key");

        let config = read(
            text,
            &["--project", "p", "--schema", "s", "--migrations", "m"],
        )
        .unwrap();
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
    fn errors_name_the_key_and_the_line() {
        let unknown = read("project = 'a'\nprojct = 'b'\n", &[]).unwrap_err();
        assert!(
            unknown.starts_with("up/lodger.toml:2:1: unknown key `projct`"),
            "{unknown}"
        );

        let inner = read("[[allow]]\nrule='r'\nobject='o'\nreason=' '\n", &[]).unwrap_err();
        assert!(
            inner.starts_with("up/lodger.toml:4:8: an allowance needs a reason"),
            "{inner}"
        );

        let name = read("project = 'Not a name'", &[]).unwrap_err();
        assert!(
            name.starts_with("up/lodger.toml:1:11: `Not a name` is no project name"),
            "{name}"
        );

        let table = read("\nidentity_table = 'users'", &[]).unwrap_err();
        assert!(
            table.starts_with("up/lodger.toml:2:18: `users` is no identity table"),
            "{table}"
        );

        let landlord = read("schema = 'auth'", &[]).unwrap_err();
        assert!(landlord.contains("belongs to the platform"), "{landlord}");
        let option = read("", &["--project", "A"]).unwrap_err();
        assert!(
            option.starts_with("--project: `A` is no project name"),
            "{option}"
        );
    }

    #[test]
    fn a_password_in_the_file_is_turned_away() {
        let text = "database_url = 'postgres://a:b@c/d'";
        let source = Source {
            path: Path::new(FILE_NAME),
            text,
        };
        let error = source.resolve(global(&[])).unwrap_err();
        assert!(
            error.hints().first().unwrap().contains("DATABASE_URL"),
            "{error:?}"
        );
        assert!(!error.to_string().contains("postgres://"), "{error}");
    }
}
