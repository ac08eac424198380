//! What a statement is, and how it gets along with a transaction.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::name::child;
use crate::statement::{StatementKind as Is, TransactionMode};

/// The kind of the statement that a node is.
pub(crate) fn kind(node: &SyntaxNode) -> Is {
    use SyntaxKind as K;
    match node.kind() {
        K::ALTER_DATABASE => Is::AlterDatabase,
        K::ALTER_DEFAULT_PRIVILEGES => Is::AlterDefaultPrivileges,
        K::ALTER_EXTENSION => Is::AlterExtension,
        K::ALTER_FUNCTION | K::ALTER_PROCEDURE | K::ALTER_ROUTINE | K::ALTER_AGGREGATE => {
            Is::AlterFunction
        }
        K::ALTER_INDEX => Is::AlterIndex,
        K::ALTER_POLICY => Is::AlterPolicy,
        K::ALTER_PUBLICATION => Is::AlterPublication,
        K::ALTER_ROLE | K::ALTER_USER | K::ALTER_GROUP => Is::AlterRole,
        K::ALTER_SCHEMA => Is::AlterSchema,
        K::ALTER_SEQUENCE => Is::AlterSequence,
        K::ALTER_SYSTEM => Is::AlterSystem,
        K::ALTER_TABLE | K::ALTER_FOREIGN_TABLE => Is::AlterTable,
        K::ALTER_TRIGGER => Is::AlterTrigger,
        K::ALTER_TYPE | K::ALTER_DOMAIN => Is::AlterType,
        K::ALTER_VIEW | K::ALTER_MATERIALIZED_VIEW => Is::AlterView,
        K::BEGIN => Is::Begin,
        K::CALL => Is::Call,
        K::CLUSTER => Is::Cluster,
        K::COMMENT_ON => Is::Comment,
        K::COMMIT_TRANSACTION | K::COMMIT_PREPARED => Is::Commit,
        K::COPY => Is::Copy,
        K::DELETE => Is::Delete,
        K::DO => Is::Do,
        K::GRANT => Is::Grant,
        K::INSERT => Is::Insert,
        K::LOCK => Is::Lock,
        K::MERGE => Is::Merge,
        K::NOTIFY => Is::Notify,
        K::REFRESH => Is::Refresh,
        K::REINDEX => Is::Reindex,
        K::RELEASE_SAVEPOINT => Is::ReleaseSavepoint,
        K::RESET | K::RESET_ROLE | K::RESET_SESSION_AUTH | K::DISCARD => Is::Reset,
        K::REVOKE => Is::Revoke,
        K::ROLLBACK_TRANSACTION | K::ROLLBACK_PREPARED => Is::Rollback,
        K::SAVEPOINT_CREATE => Is::Savepoint,
        K::SELECT | K::COMPOUND_SELECT | K::PAREN_SELECT | K::VALUES | K::TABLE => Is::Select,
        K::SET | K::SET_ROLE | K::SET_SESSION_AUTH | K::SET_CONSTRAINTS => Is::Set,
        K::SET_TRANSACTION => Is::SetTransaction,
        K::TRUNCATE => Is::Truncate,
        K::UPDATE => Is::Update,
        K::VACUUM => Is::Vacuum,
        other => creates_or_drops(other),
    }
}

fn creates_or_drops(kind: SyntaxKind) -> Is {
    use SyntaxKind as K;
    match kind {
        K::CREATE_DOMAIN => Is::CreateDomain,
        K::CREATE_EXTENSION => Is::CreateExtension,
        K::CREATE_EVENT_TRIGGER => Is::CreateEventTrigger,
        K::CREATE_FUNCTION | K::CREATE_AGGREGATE => Is::CreateFunction,
        K::CREATE_INDEX => Is::CreateIndex,
        K::CREATE_MATERIALIZED_VIEW => Is::CreateMaterializedView,
        K::CREATE_POLICY => Is::CreatePolicy,
        K::CREATE_PROCEDURE => Is::CreateProcedure,
        K::CREATE_PUBLICATION => Is::CreatePublication,
        K::CREATE_ROLE | K::CREATE_USER | K::CREATE_GROUP => Is::CreateRole,
        K::CREATE_RULE => Is::CreateRule,
        K::CREATE_SCHEMA => Is::CreateSchema,
        K::CREATE_SEQUENCE => Is::CreateSequence,
        K::CREATE_TABLE | K::CREATE_FOREIGN_TABLE => Is::CreateTable,
        K::CREATE_TABLE_AS | K::SELECT_INTO => Is::CreateTableAs,
        K::CREATE_TRIGGER => Is::CreateTrigger,
        K::CREATE_TYPE => Is::CreateType,
        K::CREATE_VIEW => Is::CreateView,
        K::DROP_DOMAIN => Is::DropDomain,
        K::DROP_EXTENSION => Is::DropExtension,
        K::DROP_FUNCTION | K::DROP_AGGREGATE | K::DROP_ROUTINE => Is::DropFunction,
        K::DROP_INDEX => Is::DropIndex,
        K::DROP_MATERIALIZED_VIEW => Is::DropMaterializedView,
        K::DROP_POLICY => Is::DropPolicy,
        K::DROP_PROCEDURE => Is::DropProcedure,
        K::DROP_PUBLICATION => Is::DropPublication,
        K::DROP_ROLE | K::DROP_USER | K::DROP_GROUP => Is::DropRole,
        K::DROP_RULE => Is::DropRule,
        K::DROP_SCHEMA => Is::DropSchema,
        K::DROP_SEQUENCE => Is::DropSequence,
        K::DROP_TABLE | K::DROP_FOREIGN_TABLE => Is::DropTable,
        K::DROP_TRIGGER => Is::DropTrigger,
        K::DROP_TYPE => Is::DropType,
        K::DROP_VIEW => Is::DropView,
        other => Is::Other(format!("{other:?}").to_ascii_lowercase()),
    }
}

/// The first two words of a text that is no statement, as a name.
pub(crate) fn leading_words(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .take(2)
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() {
        "unknown".to_owned()
    } else {
        words.join("_")
    }
}

/// OR REPLACE stands in it.
pub(crate) fn has_or_replace(node: &SyntaxNode) -> bool {
    child(node, SyntaxKind::OR_REPLACE).is_some()
}

/// How a statement gets along with a transaction.
/// Source: the calls of `PreventInTransactionBlock` in PostgreSQL 17.
pub(crate) fn transaction_mode(node: &SyntaxNode) -> TransactionMode {
    use SyntaxKind as K;
    let has = |kind| node.descendants().any(|it| it.kind() == kind);
    let concurrently = || {
        node.descendants_with_tokens()
            .any(|it| it.kind() == K::CONCURRENTLY_KW)
    };
    let alone = match node.kind() {
        K::BEGIN
        | K::COMMIT_TRANSACTION
        | K::COMMIT_PREPARED
        | K::ROLLBACK_TRANSACTION
        | K::ROLLBACK_PREPARED
        | K::PREPARE_TRANSACTION => return TransactionMode::Control,
        K::CREATE_INDEX | K::DROP_INDEX => concurrently(),
        K::ALTER_TABLE => has(K::DETACH_CONCURRENTLY),
        K::REINDEX => {
            concurrently()
                || has(K::REINDEX_TARGET_SCHEMA)
                || has(K::REINDEX_TARGET_DATABASE)
                || has(K::REINDEX_TARGET_SYSTEM)
        }
        K::CLUSTER => !has(K::TABLE_NAME_REF),
        K::ALTER_DATABASE => has(K::SET_TABLESPACE),
        K::ALTER_SUBSCRIPTION => {
            has(K::REFRESH_PUBLICATION) || has(K::SET_PUBLICATION) || has(K::ADD_PUBLICATION)
        }
        K::VACUUM
        | K::ALTER_SYSTEM
        | K::CREATE_DATABASE
        | K::DROP_DATABASE
        | K::CREATE_TABLESPACE
        | K::DROP_TABLESPACE
        | K::CREATE_SUBSCRIPTION
        | K::DROP_SUBSCRIPTION => true,
        _ => false,
    };
    if alone {
        TransactionMode::Alone
    } else {
        TransactionMode::Inside
    }
}
