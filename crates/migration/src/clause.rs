//! What a statement says in detail, as data: the parts that rules look at.

use crate::diagnostic::Span;
use crate::statement::QualifiedName;

/// One part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is explained by the type it holds"
)]
pub enum Clause {
    CreateTable(CreateTable),
    AddColumn(AddColumn),
    ForeignKey(ForeignKey),
    Key(Key),
    Index(Index),
    Nullability(Nullability),
    Rename(Rename),
    RowSecurity(RowSecurity),
    Policy(Policy),
    Function(Function),
    PinsSearchPath(PinsSearchPath),
    Trigger(Trigger),
    Privileges(Privileges),
    DefaultPrivileges(DefaultPrivileges),
    Setting(Setting),
    Upsert(Upsert),
    Cascade(Cascade),
    Guard(Guard),
    PublicationTables(PublicationTables),
}

/// CREATE TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTable {
    /// Its name.
    pub name: QualifiedName,
    /// Where the name is written.
    pub span: Span,
    /// Its columns in order; empty for CREATE TABLE AS and partitions.
    pub columns: Vec<Column>,
    /// TEMPORARY.
    pub temporary: bool,
    /// The table that it is a partition of.
    pub partition_of: Option<QualifiedName>,
    /// It takes columns from elsewhere: LIKE, INHERITS, OF, AS, PARTITION OF.
    pub open_ended: bool,
}

/// A column as a CREATE TABLE or an ALTER TABLE defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// Its type as written, in lower case.
    pub data_type: String,
    /// NOT NULL or PRIMARY KEY.
    pub not_null: bool,
    /// PRIMARY KEY.
    pub primary_key: bool,
}

/// ALTER TABLE … ADD COLUMN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddColumn {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Column,
}

/// REFERENCES, as part of a column or of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The table that refers.
    pub table: QualifiedName,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub target: QualifiedName,
    /// Where that table is written.
    pub target_span: Span,
    /// The columns of it, where the text says them.
    pub target_columns: Vec<String>,
    /// What ON DELETE says; `None` where the text says nothing.
    pub on_delete: Option<OnDelete>,
    /// The clause from the word REFERENCES to its end.
    pub span: Span,
    /// The name that the constraint is given.
    pub constraint: Option<String>,
}

/// What happens to a row when the row it refers to goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDelete {
    /// CASCADE.
    Cascade,
    /// SET NULL, of these columns alone where the text says them.
    SetNull(Vec<String>),
    /// SET DEFAULT.
    SetDefault,
    /// RESTRICT.
    Restrict,
    /// NO ACTION.
    NoAction,
}

/// PRIMARY KEY or UNIQUE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The table.
    pub table: QualifiedName,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// PRIMARY KEY.
    pub primary: bool,
}

/// CREATE INDEX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The table.
    pub table: QualifiedName,
    /// The leading plain columns; empty when the index has a WHERE clause.
    pub columns: Vec<String>,
    /// Where its name, or else its table, is written.
    pub span: Span,
    /// What is indexed and how: the text behind the table, in lower case with single spaces.
    pub definition: String,
    /// UNIQUE.
    pub unique: bool,
}

/// ALTER COLUMN … SET or DROP NOT NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nullability {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: String,
    /// It may not be null from here on.
    pub not_null: bool,
}

/// RENAME of a table or of a column, or SET SCHEMA of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The table.
    pub table: QualifiedName,
    /// Its new name; the column's, when `column` is given.
    pub to: String,
    /// The column that is renamed.
    pub column: Option<String>,
    /// `to` is a schema.
    pub moves_schema: bool,
}

/// ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSecurity {
    /// The table.
    pub table: QualifiedName,
    /// FORCE and NO FORCE, as opposed to ENABLE and DISABLE.
    pub force: bool,
    /// ENABLE or FORCE.
    pub on: bool,
    /// The action.
    pub span: Span,
}

/// CREATE POLICY or ALTER POLICY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The table.
    pub table: QualifiedName,
    /// Where the name is written.
    pub span: Span,
    /// CREATE, as opposed to ALTER.
    pub creates: bool,
    /// `all`, `select`, `insert`, `update` or `delete`.
    pub command: String,
    /// PERMISSIVE, as opposed to RESTRICTIVE.
    pub permissive: bool,
    /// The roles after TO; empty when the text says none.
    pub roles: Vec<String>,
    /// The words of its expressions.
    pub words: Vec<String>,
    /// USING, in lower case without spaces and brackets around it.
    pub using: Option<String>,
    /// WITH CHECK, likewise.
    pub check: Option<String>,
    /// The tables that its sub-selects read.
    pub reads: Vec<QualifiedName>,
    /// Calls of `auth.uid()` and its like that run once per row, with their places.
    pub calls_per_row: Vec<(String, Span)>,
}

impl Policy {
    /// It is for a role that the API acts as.
    #[must_use]
    pub fn is_for_api(&self) -> bool {
        let api = ["anon", "authenticated", "public"];
        let named = self.roles.iter().any(|role| api.contains(&role.as_str()));
        self.roles.is_empty() || named
    }
}

/// CREATE FUNCTION or CREATE PROCEDURE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: QualifiedName,
    /// Where the name is written.
    pub span: Span,
    /// OR REPLACE.
    pub replaces: bool,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// It has a `SET search_path` clause.
    pub pins_search_path: bool,
    /// Its language, in lower case.
    pub language: String,
    /// Its body, where that is a string.
    pub body: String,
    /// First byte of the body in the file; meaningful for a dollar-quoted body only.
    pub body_start: usize,
    /// RETURNS trigger.
    pub returns_trigger: bool,
}

/// `ALTER FUNCTION … SET search_path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinsSearchPath {
    /// The function.
    pub function: QualifiedName,
}

/// CREATE TRIGGER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// The table.
    pub table: QualifiedName,
    /// Where the table is written.
    pub table_span: Span,
    /// The function.
    pub function: QualifiedName,
    /// OR REPLACE.
    pub replaces: bool,
    /// `insert`, `update`, `delete`, `truncate`.
    pub events: Vec<String>,
    /// FOR EACH ROW.
    pub for_each_row: bool,
}

/// GRANT or REVOKE on objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privileges {
    /// GRANT, as opposed to REVOKE.
    pub grants: bool,
    /// The tables, views and sequences that are named.
    pub relations: Vec<QualifiedName>,
    /// The functions and procedures that are named.
    pub functions: Vec<QualifiedName>,
    /// Some privilege is for columns alone.
    pub of_columns: bool,
    /// `tables`, `sequences`, `functions`, …: the kind, when it is ON ALL … IN SCHEMA.
    pub all: Option<String>,
    /// The schemas of ON ALL … IN SCHEMA.
    pub schemas: Vec<String>,
    /// To or from whom.
    pub roles: Vec<String>,
    /// The privileges, in lower case, without columns; empty for ALL.
    pub privileges: Vec<String>,
    /// What follows ON.
    pub span: Span,
}

/// ALTER DEFAULT PRIVILEGES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultPrivileges {
    /// The schemas after IN SCHEMA; empty when it is for all.
    pub schemas: Vec<String>,
    /// `tables`, `sequences`, `functions`, `types` or `schemas`.
    pub kind: String,
    /// GRANT, as opposed to REVOKE.
    pub grants: bool,
    /// To or from whom.
    pub roles: Vec<String>,
    /// From GRANT or REVOKE on.
    pub span: Span,
}

/// SET, or a call of `set_config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The parameter, in lower case.
    pub name: String,
    /// Its values; empty for DEFAULT.
    pub values: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// INSERT … ON CONFLICT DO UPDATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upsert {
    /// The table.
    pub table: QualifiedName,
    /// From DO UPDATE on.
    pub span: Span,
}

/// CASCADE behind a DROP or a TRUNCATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cascade {
    /// The word.
    pub span: Span,
}

/// What a DO block does in order not to fail on something that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The exception's name, or the catalog relation that is asked.
    pub what: String,
    /// It swallows an exception, as opposed to asking a catalog beforehand.
    pub swallows: bool,
    /// The question names a schema.
    pub names_schema: bool,
    /// Where.
    pub span: Span,
}

/// ALTER PUBLICATION … SET, which takes out what is not listed, or FOR ALL TABLES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationTables {
    /// The publication.
    pub publication: String,
    /// FOR ALL TABLES, as opposed to SET.
    pub all: bool,
    /// Where.
    pub span: Span,
}
