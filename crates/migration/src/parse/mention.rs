//! The names that a statement mentions, with what it does with each.

use squawk_syntax::ast::{AstNode, Stmt};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};

use super::kind::has_or_replace;
use super::name::{child, cut, ends_of, qualified, qualified_from, segments, token};
use super::place::Place;
use crate::object::ObjectKind;
use crate::statement::{Mention, MentionRole as Role, QualifiedName};

/// The names that the nodes of a statement mention.
pub(crate) fn mentions(nodes: &[SyntaxNode], place: &Place<'_>) -> Vec<Mention> {
    nodes
        .iter()
        .filter_map(|node| mention(node, place))
        .collect()
}

fn mention(node: &SyntaxNode, place: &Place<'_>) -> Option<Mention> {
    let named = kind_named_by(node.kind());
    if named.is_none() && node.kind() != K::CALL_EXPR {
        return None;
    }
    let parent = node.parent()?;
    let statement = node
        .ancestors()
        .skip(1)
        .find(|it| Stmt::can_cast(it.kind()));
    let statement = statement.unwrap_or_else(|| parent.clone());
    let context = Context {
        node,
        parent: &parent,
        statement: &statement,
    };
    let (role, kind) = match node.kind() {
        K::CALL_EXPR => (Role::Executes, Some(ObjectKind::Function)),
        _ => match named? {
            (object, Named::Defined) => (context.defines(object)?, Some(object)),
            (object, Named::Used) => (context.uses(object)?, Some(object)),
        },
    };
    let name = context.name()?;
    let (first, last) = if role == Role::References {
        (token(&parent, K::REFERENCES_KW)?, ends_of(&parent)?.1)
    } else if node.kind() == K::CALL_EXPR {
        ends_of(&node.first_child()?)?
    } else {
        ends_of(node)?
    };
    Some(Mention {
        role,
        kind,
        table: context.table(kind),
        name,
        span: place.between(&first, &last),
    })
}

/// A name of something new, or of something that is there.
enum Named {
    Defined,
    Used,
}

/// What kind of object a node names.
fn kind_named_by(kind: K) -> Option<(ObjectKind, Named)> {
    use Named::{Defined, Used};
    use ObjectKind as O;
    Some(match kind {
        K::TABLE_NAME => (O::Table, Defined),
        K::TABLE_NAME_REF | K::RELATION_NAME_REF => (O::Table, Used),
        K::INDEX => (O::Index, Defined),
        K::INDEX_REF => (O::Index, Used),
        K::VIEW => (O::View, Defined),
        K::VIEW_REF => (O::View, Used),
        K::SEQUENCE => (O::Sequence, Defined),
        K::SEQUENCE_REF => (O::Sequence, Used),
        K::TYPE_NAME | K::DOMAIN => (O::Type, Defined),
        K::TYPE_NAME_REF | K::DOMAIN_REF => (O::Type, Used),
        K::FUNCTION_NAME | K::PROCEDURE_NAME | K::AGGREGATE_NAME => (O::Function, Defined),
        K::FUNCTION_NAME_REF | K::PROCEDURE_NAME_REF | K::AGGREGATE => (O::Function, Used),
        K::SCHEMA => (O::Schema, Defined),
        K::SCHEMA_REF => (O::Schema, Used),
        K::EXTENSION => (O::Extension, Defined),
        K::EXTENSION_REF => (O::Extension, Used),
        K::PUBLICATION => (O::Publication, Defined),
        K::PUBLICATION_REF => (O::Publication, Used),
        K::ROLE => (O::Role, Defined),
        K::ROLE_REF => (O::Role, Used),
        K::EVENT_TRIGGER => (O::EventTrigger, Defined),
        K::EVENT_TRIGGER_REF => (O::EventTrigger, Used),
        K::TRIGGER => (O::Trigger, Defined),
        K::TRIGGER_REF => (O::Trigger, Used),
        K::POLICY => (O::Policy, Defined),
        K::POLICY_REF => (O::Policy, Used),
        K::RULE => (O::Rule, Defined),
        K::RULE_REF => (O::Rule, Used),
        K::DATABASE => (O::Database, Defined),
        K::DATABASE_REF => (O::Database, Used),
        K::COLUMN_NAME => (O::Column, Defined),
        K::COLUMN_NAME_REF | K::QUALIFIED_COLUMN_NAME_REF => (O::Column, Used),
        K::CONSTRAINT_NAME => (O::Constraint, Defined),
        K::CONSTRAINT_NAME_REF => (O::Constraint, Used),
        _ => return None,
    })
}

/// A name with what stands around it.
struct Context<'a> {
    node: &'a SyntaxNode,
    parent: &'a SyntaxNode,
    /// The innermost statement that holds it.
    statement: &'a SyntaxNode,
}

impl Context<'_> {
    /// The role of a name that is defined here.
    fn defines(&self, kind: ObjectKind) -> Option<Role> {
        let inside = |kind| self.node.ancestors().any(|it| it.kind() == kind);
        match kind {
            ObjectKind::Column => matches!(self.parent.kind(), K::ADD_COLUMN | K::RENAME_COLUMN)
                .then_some(Role::Creates),
            ObjectKind::Constraint => {
                (inside(K::ADD_CONSTRAINT) || inside(K::ADD_COLUMN) || inside(K::RENAME_CONSTRAINT))
                    .then_some(Role::Creates)
            }
            _ if has_or_replace(self.statement) => Some(Role::Replaces),
            _ => Some(Role::Creates),
        }
    }

    /// The role of a name that is used here; `None` where it is nothing that Lodger follows.
    fn uses(&self, kind: ObjectKind) -> Option<Role> {
        match kind {
            ObjectKind::Table => self.uses_table(),
            ObjectKind::Role => {
                let direct = self.parent.kind() == self.statement.kind()
                    || self.statement.kind() == K::DROP_OWNED;
                self.by_statement()
                    .filter(|_| direct)
                    .filter(|role| matches!(role, Role::Drops | Role::Alters))
            }
            ObjectKind::Schema => match self.parent.kind() {
                K::SET_SCHEMA | K::EXTENSION_SCHEMA | K::INTO_SCHEMA => None,
                _ => self.by_statement(),
            },
            ObjectKind::Column => match self.parent.kind() {
                K::DROP_COLUMN => Some(Role::Drops),
                K::ALTER_COLUMN | K::RENAME_COLUMN => Some(Role::Alters),
                K::OBJECT_COLUMN | K::OPTION_OWNED_BY => Some(Role::AttachesTo),
                _ => None,
            },
            ObjectKind::Constraint => match self.parent.kind() {
                K::DROP_CONSTRAINT => Some(Role::Drops),
                K::OBJECT_CONSTRAINT => Some(Role::AttachesTo),
                K::VALIDATE_CONSTRAINT | K::ALTER_CONSTRAINT | K::RENAME_CONSTRAINT => {
                    Some(Role::Alters)
                }
                _ => None,
            },
            ObjectKind::Database if self.parent.kind() == K::IN_DATABASE => None,
            ObjectKind::View if self.statement.kind() == K::REFRESH => Some(Role::Writes),
            ObjectKind::Function => self.by_statement().or(Some(Role::Executes)),
            _ => self.by_statement(),
        }
    }

    /// The role of a name that is the object of its statement.
    fn by_statement(&self) -> Option<Role> {
        match self.statement.kind() {
            K::COMMENT_ON | K::SECURITY_LABEL => return Some(Role::AttachesTo),
            K::GRANT | K::REVOKE | K::ALTER_DEFAULT_PRIVILEGES => return Some(Role::Grants),
            K::REINDEX | K::CLUSTER | K::VACUUM => return Some(Role::Alters),
            _ => {}
        }
        let name = format!("{:?}", self.statement.kind());
        if name.starts_with("DROP_") {
            Some(Role::Drops)
        } else if name.starts_with("ALTER_") {
            Some(Role::Alters)
        } else {
            None
        }
    }

    fn uses_table(&self) -> Option<Role> {
        Some(match self.parent.kind() {
            K::REFERENCES_CONSTRAINT | K::FOREIGN_KEY_CONSTRAINT => Role::References,
            K::RELATION_FROM_ITEM if self.is_common_table() => return None,
            K::RELATION_FROM_ITEM | K::LIKE_CLAUSE => Role::Reads,
            K::INHERITS
            | K::INHERIT_TABLE
            | K::PARTITION_OF
            | K::RULE_ON
            | K::PUBLICATION_OBJECT_TABLE => Role::AttachesTo,
            K::ON_TABLE | K::ON_RELATION => match self.statement.kind() {
                K::CREATE_POLICY | K::CREATE_TRIGGER | K::CREATE_RULE => Role::AttachesTo,
                _ => return None,
            },
            K::OBJECT_TRIGGER | K::OBJECT_POLICY | K::OBJECT_CONSTRAINT | K::OBJECT_RULE => {
                return None;
            }
            K::COPY_TABLE if child(self.statement, K::COPY_TO).is_some() => Role::Reads,
            _ => match self.statement.kind() {
                K::INSERT | K::UPDATE | K::DELETE | K::MERGE | K::TRUNCATE | K::COPY => {
                    Role::Writes
                }
                K::CREATE_INDEX | K::CREATE_STATISTICS => Role::AttachesTo,
                _ => self.by_statement().unwrap_or(Role::Reads),
            },
        })
    }

    /// The name belongs to a WITH query of the same statement.
    fn is_common_table(&self) -> bool {
        let name = segments(self.node);
        let [name] = name.as_slice() else {
            return false;
        };
        self.node
            .ancestors()
            .filter_map(|it| child(&it, K::WITH_CLAUSE))
            .flat_map(|with| with.descendants())
            .any(|it| it.kind() == K::CTE_NAME && segments(&it).first() == Some(name))
    }

    fn name(&self) -> Option<QualifiedName> {
        match self.node.kind() {
            K::CALL_EXPR => called(self.node),
            K::QUALIFIED_COLUMN_NAME_REF => Some(QualifiedName {
                schema: None,
                name: segments(self.node).pop()?,
            }),
            _ => qualified(self.node),
        }
    }

    /// The table that holds the named object, for kinds that belong to one.
    fn table(&self, kind: Option<ObjectKind>) -> Option<QualifiedName> {
        use ObjectKind::{Column, Constraint, Policy, Rule, Trigger};
        if self.node.kind() == K::QUALIFIED_COLUMN_NAME_REF {
            let mut path = segments(self.node);
            path.pop();
            return qualified_from(path);
        }
        matches!(kind?, Column | Constraint | Policy | Rule | Trigger).then_some(())?;
        self.statement
            .descendants()
            .find(|it| matches!(it.kind(), K::TABLE_NAME_REF | K::RELATION_NAME_REF))
            .and_then(|it| qualified(&it))
    }
}

/// The name of the function that a call calls; `None` for syntax that only looks like a call.
pub(crate) fn called(call: &SyntaxNode) -> Option<QualifiedName> {
    let callee = call.first_child()?;
    match callee.kind() {
        K::NAME_REF => qualified(&callee),
        K::FIELD_EXPR => {
            let parts = callee.descendants().filter(|it| it.kind() == K::NAME_REF);
            qualified_from(parts.flat_map(|it| segments(&it)).map(cut).collect())
        }
        _ => None,
    }
}
