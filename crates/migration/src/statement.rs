//! One parsed statement of a migration: its place, its kind, and the names it mentions.

use crate::clause::Clause;
use crate::diagnostic::Span;
use crate::object::ObjectKind;

macro_rules! kinds {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// What a statement is, by its leading words. Names are those of the JSON contract.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is the SQL command of the same name")]
        pub enum StatementKind { $($variant,)*
            /// Any other command, named after its leading words.
            Other(String) }

        impl StatementKind {
            /// The kind's name in JSON, such as `create_table`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $name,)* Self::Other(name) => name }
            }
        }
    };
}

kinds! {
    AlterDatabase = "alter_database", AlterDefaultPrivileges = "alter_default_privileges",
    AlterExtension = "alter_extension", AlterFunction = "alter_function", AlterIndex = "alter_index",
    AlterPolicy = "alter_policy", AlterPublication = "alter_publication", AlterRole = "alter_role",
    AlterSchema = "alter_schema", AlterSequence = "alter_sequence", AlterSystem = "alter_system",
    AlterTable = "alter_table", AlterTrigger = "alter_trigger", AlterType = "alter_type",
    AlterView = "alter_view", Begin = "begin", Call = "call", Cluster = "cluster",
    Comment = "comment", Commit = "commit", Copy = "copy", CreateExtension = "create_extension",
    CreateEventTrigger = "create_event_trigger", CreateFunction = "create_function",
    CreateIndex = "create_index", CreateMaterializedView = "create_materialized_view",
    CreatePolicy = "create_policy", CreateProcedure = "create_procedure",
    CreatePublication = "create_publication", CreateRole = "create_role", CreateRule = "create_rule",
    CreateSchema = "create_schema", CreateSequence = "create_sequence", CreateTable = "create_table",
    CreateTableAs = "create_table_as", CreateTrigger = "create_trigger", CreateType = "create_type",
    CreateDomain = "create_domain", CreateView = "create_view", Delete = "delete", Do = "do",
    DropDomain = "drop_domain", DropExtension = "drop_extension", DropFunction = "drop_function",
    DropIndex = "drop_index", DropMaterializedView = "drop_materialized_view",
    DropPolicy = "drop_policy", DropProcedure = "drop_procedure",
    DropPublication = "drop_publication", DropRole = "drop_role", DropRule = "drop_rule",
    DropSchema = "drop_schema", DropSequence = "drop_sequence", DropTable = "drop_table",
    DropTrigger = "drop_trigger", DropType = "drop_type", DropView = "drop_view",
    Grant = "grant", Insert = "insert", Lock = "lock", Merge = "merge", Notify = "notify",
    Refresh = "refresh_materialized_view", Reindex = "reindex", ReleaseSavepoint = "release_savepoint",
    Reset = "reset", Revoke = "revoke", Rollback = "rollback", Savepoint = "savepoint",
    Select = "select", Set = "set", SetTransaction = "set_transaction", Truncate = "truncate", Update = "update",
    Vacuum = "vacuum",
}

/// A name as written, unquoted and folded the way Postgres folds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    /// The schema, where the text says one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

/// What a statement means to do with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionRole {
    /// Create it.
    Creates,
    /// Create it, or put a new definition in its place (`OR REPLACE`).
    Replaces,
    /// Change it.
    Alters,
    /// Remove it.
    Drops,
    /// Point a foreign key at it.
    References,
    /// Attach something to it: index, trigger, policy, rule, publication, comment.
    AttachesTo,
    /// Call it: a trigger's function, a function in an expression.
    Executes,
    /// Write its rows.
    Writes,
    /// Read it.
    Reads,
    /// Change who may use it.
    Grants,
}

/// A name in a statement, with its place and what the statement does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What the statement does with it.
    pub role: MentionRole,
    /// What kind of object is meant, where the syntax says so.
    pub kind: Option<ObjectKind>,
    /// The name.
    pub name: QualifiedName,
    /// The table that holds it: the `t` of `DROP POLICY p ON t`, of a column or a constraint.
    pub table: Option<QualifiedName>,
    /// Where it is written. For `References` the whole clause from the word REFERENCES (or FOREIGN KEY) on.
    pub span: Span,
}

/// How a statement gets along with a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionMode {
    /// Runs inside a transaction block.
    Inside,
    /// Postgres refuses it inside a transaction block: CONCURRENTLY, VACUUM, CREATE DATABASE, ….
    Alone,
    /// Starts or ends a transaction itself: BEGIN, COMMIT, ROLLBACK.
    Control,
}

/// One statement of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Position in its file, from 0.
    pub index: usize,
    /// Its bytes: from its first token to its last, without the semicolon.
    pub span: Span,
    /// Line of its first token, from 1.
    pub line: u32,
    /// Column of its first token in characters, from 1.
    pub column: u32,
    /// Its text, exactly as in the file.
    pub text: String,
    /// What it is.
    pub kind: StatementKind,
    /// IF NOT EXISTS or IF EXISTS stands in it.
    pub guarded: bool,
    /// OR REPLACE stands in it.
    pub or_replace: bool,
    /// How it gets along with a transaction.
    pub transaction: TransactionMode,
    /// The names it mentions, in file order.
    pub mentions: Vec<Mention>,
    /// What it says in detail, in file order.
    pub clauses: Vec<Clause>,
}

impl Statement {
    /// The mentions with one role.
    pub fn mentions_as(&self, role: MentionRole) -> impl Iterator<Item = &Mention> {
        self.mentions
            .iter()
            .filter(move |mention| mention.role == role)
    }
}
