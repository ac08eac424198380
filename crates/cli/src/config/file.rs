//! `lodger.toml` as text: every mistake in it is named with its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lodger_migration::diagnostic::Severity;
use lodger_migration::settings::{Allowance, IdentityTable};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::names::{check_project, check_schema, parse_identity_table};
use crate::error::CommandError;
use crate::rules;

/// What the file says, checked.
#[derive(Debug, Default)]
pub(super) struct FileConfig {
    pub(super) project: Option<String>,
    pub(super) migrations: Option<PathBuf>,
    pub(super) schema: Option<String>,
    pub(super) identity_table: Option<IdentityTable>,
    pub(super) allow: Vec<Allowance>,
    pub(super) severities: BTreeMap<String, Severity>,
}

/// `lodger.toml`: what a project says of itself. Every key may be left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "lodger.toml", rename = "lodger.toml")]
pub(crate) struct Written {
    /// The project's name: the key of its history and its claims. Lower-case letters, digits, `-` and `_`.
    #[schemars(with = "Option<String>")]
    project: Option<Spanned<String>>,
    /// The folder with the migrations, from this file on; `migrations` when nothing is said.
    migrations: Option<PathBuf>,
    /// The home schema: where unqualified names go; `public` when nothing is said.
    #[schemars(with = "Option<String>")]
    schema: Option<Spanned<String>>,
    /// The table whose rows are the users, as `schema.table` or `schema.table.column`; `auth.users.id` when
    /// nothing is said.
    #[schemars(with = "Option<String>")]
    identity_table: Option<Spanned<String>>,
    /// Findings that are all right.
    #[serde(default)]
    allow: Vec<WrittenAllowance>,
    /// How much the findings of a rule weigh. A rule about harm to others stays an error.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Weight>")]
    severities: BTreeMap<Spanned<String>, Weight>,
}

/// One thing that the project may do although a rule speaks against it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenAllowance {
    /// The rule's id.
    #[schemars(with = "String")]
    rule: Spanned<String>,
    /// The object as Lodger prints it, such as `public.users`; `*` stands for any run of characters.
    object: String,
    /// Why it is all right, for the next reader.
    #[schemars(with = "String")]
    reason: Spanned<String>,
}

/// A weight.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Weight {
    /// Refuses a plan.
    Error,
    /// Is told.
    Warning,
    /// Is told, as a note.
    Info,
}

/// The text of a configuration file and where it stands.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// Parses and checks it.
    pub(super) fn parse(&self) -> Result<FileConfig, CommandError> {
        let written: Written = toml::from_str(self.text).map_err(|it| self.syntax_error(&it))?;
        let allow = written.allow.into_iter().map(|it| self.allowance(it));
        let severities = written
            .severities
            .into_iter()
            .map(|(rule, it)| self.severity(rule, it));
        Ok(FileConfig {
            project: self.checked(written.project, check_project)?,
            migrations: written.migrations,
            schema: self.checked(written.schema, check_schema)?,
            identity_table: self.checked(written.identity_table, parse_identity_table)?,
            allow: allow.collect::<Result<_, _>>()?,
            severities: severities.collect::<Result<_, _>>()?,
        })
    }

    fn checked<T>(
        &self,
        value: Option<Spanned<String>>,
        check: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, CommandError> {
        let checked = value
            .map(|it| check(it.get_ref()).map_err(|message| self.error(it.span().start, &message)));
        checked.transpose()
    }

    fn allowance(&self, written: WrittenAllowance) -> Result<Allowance, CommandError> {
        self.known_rule(&written.rule)?;
        if written.reason.get_ref().trim().is_empty() {
            let message = "an allowance needs a reason that the next reader can judge";
            return Err(self.error(written.reason.span().start, message));
        }
        Ok(Allowance {
            rule: written.rule.into_inner(),
            object: written.object,
            reason: written.reason.into_inner(),
        })
    }

    fn severity(
        &self,
        rule: Spanned<String>,
        weight: Weight,
    ) -> Result<(String, Severity), CommandError> {
        let own = self.known_rule(&rule)?;
        let wanted = match weight {
            Weight::Error => Severity::Error,
            Weight::Warning => Severity::Warning,
            Weight::Info => Severity::Info,
        };
        if own == Severity::Error && wanted != Severity::Error {
            let message = format!(
                "`{}` is about harm to others and stays an error; allow single objects with [[allow]] and a reason",
                rule.get_ref()
            );
            return Err(self.error(rule.span().start, &message));
        }
        Ok((rule.into_inner(), wanted))
    }

    fn known_rule(&self, rule: &Spanned<String>) -> Result<Severity, CommandError> {
        let id = rule.get_ref();
        rules::severity(id).ok_or_else(|| {
            let error = self.error(rule.span().start, &format!("no rule `{id}` is ever run"));
            match rules::near(id).as_slice() {
                [] => error.hinted("`lodger rule` lists all of them"),
                near => error.hinted(format!("did you mean {}?", near.join(" or "))),
            }
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<FileConfig, CommandError> {
        Source {
            path: Path::new("up/lodger.toml"),
            text,
        }
        .parse()
    }

    fn complaint(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_key_and_the_line() {
        let says = |text: &str, expected: &str| {
            let complaint = complaint(text);
            assert!(
                complaint.starts_with(&format!("up/lodger.toml:{expected}")),
                "{complaint}"
            );
        };
        says("project = 'a'\nprojct = 'b'\n", "2:1: unknown key `projct`");
        says(
            "project = 'Not a name'",
            "1:11: `Not a name` is no project name",
        );
        says(
            "\nidentity_table = 'users'",
            "2:18: `users` is no identity table",
        );
        says(
            "schema = 'auth'",
            "1:10: schema `auth` belongs to the platform",
        );
    }

    #[test]
    fn an_allowance_names_a_rule_and_a_reason() {
        let text =
            "[[allow]]\nrule='writes-foreign-rows'\nobject='public.users'\nreason='agreed'\n";
        assert_eq!(parse(text).unwrap().allow.len(), 1);
        let reason = complaint(&text.replace("agreed", " "));
        assert!(
            reason.starts_with("up/lodger.toml:4:8: an allowance needs a reason"),
            "{reason}"
        );
        let error = parse(&text.replace("foreign-rows", "foreign-row")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("up/lodger.toml:2:6: no rule `writes-foreign-row`")
        );
        assert_eq!(error.hints(), ["did you mean writes-foreign-rows?"]);
    }

    #[test]
    fn a_rule_may_weigh_more_but_harm_never_less() {
        let config = parse("[severities]\nunindexed-foreign-key = 'error'\n").unwrap();
        assert_eq!(
            config.severities.get("unindexed-foreign-key"),
            Some(&Severity::Error)
        );
        let lowered = complaint("[severities]\nwrites-foreign-rows = 'info'\n");
        assert!(
            lowered.starts_with("up/lodger.toml:2:1: `writes-foreign-rows` is about harm"),
            "{lowered}"
        );
        let word = complaint("[severities]\nunindexed-foreign-key = 'off'\n");
        assert!(word.contains("unknown variant `off`"), "{word}");
    }

    #[test]
    fn a_password_in_the_file_is_turned_away() {
        let error = parse("database_url = 'postgres://a:b@c/d'").unwrap_err();
        assert!(
            error.hints().first().unwrap().contains("DATABASE_URL"),
            "{error:?}"
        );
        assert!(!error.to_string().contains("postgres://"), "{error}");
    }
}
