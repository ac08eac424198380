//! The kinds of object that are not relations: schemas, types, functions, triggers, policies, ….

use super::Property;
use super::relation::on_off;

/// One privilege held on an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role that holds it; `public` for everybody.
    pub grantee: String,
    /// The privilege, such as `SELECT`.
    pub privilege: String,
    /// WITH GRANT OPTION.
    pub grantable: bool,
}

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The schema its objects are in.
    pub schema: String,
    /// Its version.
    pub version: String,
}

impl Extension {
    pub(super) fn shape(&self) -> Vec<Property> {
        vec![
            ("schema".into(), self.schema.clone()),
            ("version".into(), self.version.clone()),
        ]
    }
}

/// An enum, domain, composite or range type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// `pg_type.typtype`: `e` enum, `d` domain, `c` composite, `r` range.
    pub kind: char,
    /// The labels of an enum in order; the attributes `name type` of a composite type;
    /// the base type and constraints of a domain.
    pub parts: Vec<String>,
}

impl Type {
    pub(super) fn shape(&self) -> Vec<Property> {
        let label = match self.kind {
            'e' => "labels",
            'd' => "domain",
            'c' => "attributes",
            _ => "definition",
        };
        vec![
            ("kind".into(), self.kind.to_string()),
            (label.into(), self.parts.join(", ")),
        ]
    }
}

/// A function, procedure or aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `pg_proc.prokind`: `f` function, `p` procedure, `a` aggregate, `w` window.
    pub kind: char,
    /// `pg_get_function_result`; empty for a procedure.
    pub result: String,
    /// Language.
    pub language: String,
    /// `pg_proc.prosrc`, or the standard-SQL body.
    pub body: String,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// `pg_proc.provolatile`: `i`, `s`, `v`.
    pub volatility: char,
    /// STRICT.
    pub strict: bool,
    /// `SET` clauses, sorted: `search_path=""`.
    pub settings: Vec<String>,
    /// `pg_get_functiondef`, from which the function can be made again; empty for an aggregate.
    pub definition: String,
    /// Names of its arguments with modes and defaults, `pg_get_function_arguments`.
    pub arguments: String,
}

impl Function {
    /// `search_path` is fixed by the function itself.
    #[must_use]
    pub fn pins_search_path(&self) -> bool {
        self.settings
            .iter()
            .any(|setting| setting.starts_with("search_path="))
    }

    pub(super) fn shape(&self) -> Vec<Property> {
        vec![
            ("arguments".into(), self.arguments.clone()),
            ("result".into(), self.result.clone()),
            ("language".into(), self.language.clone()),
            ("body".into(), self.body.trim().to_owned()),
            ("security definer".into(), on_off(self.security_definer)),
            ("volatility".into(), self.volatility.to_string()),
            ("strict".into(), on_off(self.strict)),
            ("settings".into(), self.settings.join(", ")),
        ]
    }
}

/// A trigger of a table. Those that Postgres makes for foreign keys are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Schema of its function.
    pub function_schema: String,
    /// Name of its function.
    pub function: String,
    /// `pg_get_triggerdef`.
    pub definition: String,
    /// `pg_trigger.tgenabled`: `O` yes, `D` no, `R` replica, `A` always.
    pub enabled: char,
    /// FOR EACH ROW.
    pub for_each_row: bool,
    /// BEFORE, as opposed to AFTER and INSTEAD OF.
    pub before: bool,
    /// The events, in words: `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`.
    pub events: Vec<String>,
}

impl Trigger {
    pub(super) fn shape(&self) -> Vec<Property> {
        vec![
            ("definition".into(), self.definition.clone()),
            (
                "function".into(),
                format!("{}.{}", self.function_schema, self.function),
            ),
            ("enabled".into(), self.enabled.to_string()),
        ]
    }
}

/// An event trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTrigger {
    /// The event.
    pub event: String,
    /// `schema.name` of its function.
    pub function: String,
    /// `pg_event_trigger.evtenabled`.
    pub enabled: char,
}

impl EventTrigger {
    pub(super) fn shape(&self) -> Vec<Property> {
        vec![
            ("event".into(), self.event.clone()),
            ("function".into(), self.function.clone()),
            ("enabled".into(), self.enabled.to_string()),
        ]
    }
}

/// A row-level security policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// PERMISSIVE, as opposed to RESTRICTIVE.
    pub permissive: bool,
    /// The roles it is for, sorted; `public` for everybody.
    pub roles: Vec<String>,
    /// USING.
    pub using: Option<String>,
    /// WITH CHECK.
    pub check: Option<String>,
}

impl Policy {
    pub(super) fn shape(&self) -> Vec<Property> {
        vec![
            ("command".into(), self.command.clone()),
            ("permissive".into(), on_off(self.permissive)),
            ("roles".into(), self.roles.join(", ")),
            ("using".into(), self.using.clone().unwrap_or_default()),
            ("check".into(), self.check.clone().unwrap_or_default()),
        ]
    }
}

/// A rewrite rule made by a user, as opposed to the `_RETURN` rule of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `pg_get_ruledef`.
    pub definition: String,
}

impl Rule {
    pub(super) fn shape(&self) -> Vec<Property> {
        vec![("definition".into(), self.definition.clone())]
    }
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// FOR ALL TABLES.
    pub all_tables: bool,
    /// The tables in it, `schema.name`, sorted.
    pub tables: Vec<String>,
    /// The schemas in it, sorted.
    pub schemas: Vec<String>,
    /// What it publishes: `insert, update, delete, truncate`.
    pub publishes: String,
}

impl Publication {
    pub(super) fn shape(&self) -> Vec<Property> {
        let mut shape: Vec<Property> = vec![
            ("all tables".into(), on_off(self.all_tables)),
            ("schemas".into(), self.schemas.join(", ")),
            ("publishes".into(), self.publishes.clone()),
        ];
        shape.extend(
            self.tables
                .iter()
                .map(|table| (format!("table {table}"), "yes".into())),
        );
        shape
    }
}

/// Default privileges: what a role's new objects of one kind give to whom.
/// Its identity is `role: kind` or `role in schema: kind`, as in `postgres in public: tables`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultPrivileges {
    /// The role whose new objects are meant.
    pub role: String,
    /// The schema, where it is for one alone.
    pub schema: Option<String>,
    /// `tables`, `sequences`, `functions`, `types` or `schemas`.
    pub kind: String,
    /// `role=privilege`, with a `*` behind what may be passed on; sorted.
    pub grants: Vec<String>,
}

impl DefaultPrivileges {
    pub(super) fn shape(&self) -> Vec<Property> {
        self.grants
            .iter()
            .map(|grant| (grant.clone(), "yes".into()))
            .collect()
    }
}

/// Settings kept for a role, a database, or a role in a database (`pg_db_role_setting`).
/// Its identity is `role`, `database name`, or `role in name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The role, where they are kept for one.
    pub role: Option<String>,
    /// The database, where they are kept for one. It need not be the one that was looked at.
    pub database: Option<String>,
    /// `name=value`, sorted. A value that is a secret by its name stands there as a digest.
    pub values: Vec<String>,
}

impl Setting {
    pub(super) fn shape(&self) -> Vec<Property> {
        self.values
            .iter()
            .map(|value| {
                let (name, value) = value.split_once('=').unwrap_or((value, ""));
                (name.to_owned(), value.to_owned())
            })
            .collect()
    }
}
