//! A case as data: what stands in a database, and the migration that comes to it.

/// A case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What nobody claims.
    pub(crate) unclaimed: Vec<Statement>,
    /// What another project claims.
    pub(crate) others: Vec<Statement>,
    /// What this project's first migration made.
    pub(crate) ours: Vec<Statement>,
    /// The migration that is due.
    pub(crate) pending: Vec<Statement>,
}

/// A name as written, with or without its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) schema: Option<&'static str>,
    pub(crate) name: &'static str,
}

/// A statement.
#[derive(Debug, Clone)]
pub(crate) enum Statement {
    Schema {
        guard: bool,
        name: &'static str,
    },
    Table {
        guard: bool,
        name: Name,
        key: Key,
        columns: Vec<Column>,
        check: bool,
    },
    TableAs {
        guard: bool,
        name: Name,
        from: Name,
    },
    Alter {
        guard: bool,
        table: Name,
        action: Action,
    },
    Index {
        guard: bool,
        unique: bool,
        name: Option<&'static str>,
        table: Name,
        column: &'static str,
        partial: bool,
    },
    View {
        replace: bool,
        materialized: bool,
        guard: bool,
        name: Name,
        table: Name,
        column: Option<&'static str>,
    },
    Function {
        replace: bool,
        name: Name,
        body: Body,
        definer: bool,
    },
    Trigger {
        replace: bool,
        name: &'static str,
        table: Name,
        function: Name,
        event: &'static str,
    },
    Policy {
        name: &'static str,
        table: Name,
        command: &'static str,
        role: &'static str,
    },
    Rule {
        replace: bool,
        name: &'static str,
        table: Name,
    },
    Enum {
        name: Name,
        labels: Vec<&'static str>,
    },
    Domain {
        name: Name,
    },
    Composite {
        name: Name,
    },
    Label {
        guard: bool,
        name: Name,
        label: &'static str,
    },
    Sequence {
        guard: bool,
        name: Name,
    },
    Drop {
        kind: Kind,
        guard: bool,
        name: Name,
        cascade: bool,
    },
    DropOn {
        kind: &'static str,
        guard: bool,
        name: &'static str,
        table: Name,
    },
    Rename {
        kind: Kind,
        name: Name,
        to: &'static str,
    },
    Move {
        kind: Kind,
        name: Name,
        to: &'static str,
    },
    Grant {
        revoke: bool,
        privilege: &'static str,
        on: Granted,
        role: &'static str,
    },
    DefaultPrivileges {
        revoke: bool,
        kind: &'static str,
        schema: Option<&'static str>,
        role: &'static str,
    },
    Comment {
        kind: Kind,
        name: Name,
        column: Option<&'static str>,
        text: &'static str,
    },
    Publication {
        name: &'static str,
        action: Publish,
        table: Name,
    },
    Write {
        command: Write,
        table: Name,
        column: &'static str,
    },
    Path(Vec<&'static str>),
    Do {
        guard: Guard,
        dynamic: bool,
        body: Vec<Statement>,
    },
}

/// How a table is keyed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Uuid,
    Identity,
    Serial,
    Text,
    None,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) rest: Rest,
}

/// What follows the type of a column.
#[derive(Debug, Clone)]
pub(crate) enum Rest {
    Nothing,
    NotNull,
    Default(&'static str),
    Unique,
    Check(&'static str),
    References {
        table: Name,
        column: Option<&'static str>,
        on_delete: &'static str,
    },
}

/// What ALTER TABLE does.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    AddColumn {
        guard: bool,
        column: Column,
    },
    DropColumn {
        guard: bool,
        column: &'static str,
        cascade: bool,
    },
    RenameColumn {
        from: &'static str,
        to: &'static str,
    },
    Type {
        column: &'static str,
        kind: &'static str,
    },
    NotNull {
        column: &'static str,
        on: bool,
    },
    Default {
        column: &'static str,
        value: Option<&'static str>,
    },
    ForeignKey {
        name: Option<&'static str>,
        column: &'static str,
        table: Name,
        on_delete: &'static str,
        not_valid: bool,
    },
    Unique {
        name: Option<&'static str>,
        column: &'static str,
    },
    Check {
        name: Option<&'static str>,
        column: &'static str,
    },
    DropConstraint {
        guard: bool,
        name: &'static str,
        cascade: bool,
    },
    Security(&'static str),
    Trigger {
        enable: bool,
        name: &'static str,
    },
}

/// What a function does.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// A trigger's, which sets a column.
    Sets(&'static str),
    /// A trigger's, which writes a row elsewhere.
    Writes(Name),
    /// Counts the rows of a table, looked up when it runs.
    Counts(Name),
    /// The same, looked up when it is made.
    CountsAtomic(Name),
    /// Returns a number.
    Number,
    /// Takes an argument.
    Takes(&'static str),
}

/// A kind of object, as DROP names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    View,
    MaterializedView,
    Index,
    Sequence,
    Type,
    Domain,
    Function,
    Schema,
    Publication,
}

/// What a privilege is granted on.
#[derive(Debug, Clone)]
pub(crate) enum Granted {
    Table(Name),
    Column(Name, &'static str),
    AllTables(&'static str),
    Schema(&'static str),
    Function(Name),
    Sequence(Name),
}

/// What is done to a publication.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Publish {
    Create,
    CreateEmpty,
    Add,
    Set,
    Drop,
}

/// How rows are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Write {
    Insert,
    InsertDefaults,
    Update,
    Delete,
    Truncate,
}

/// What a DO block does about what is there already.
#[derive(Debug, Clone)]
pub(crate) enum Guard {
    None,
    Caught(&'static str),
    IfMissing(Name),
}
