//! What a rule looks at, and the findings it makes.

use std::borrow::Cow;
use std::ops::Deref;

use squawk_linter::Violation;

use crate::catalog::{CatalogSnapshot, Table};
use crate::clause::{Clause, ForeignKey, Policy};
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity, Span};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::owner::Owner;
use crate::project::{Position, Project, TableFacts, TableName};
use crate::rules::RuleContext;
use crate::statement::{QualifiedName, Statement};

/// One migration, with everything that is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the caller knows.
    pub context: RuleContext<'a>,
    /// What the files of the whole project make.
    pub project: &'a Project<'a>,
    /// The migration's position among all.
    pub at: usize,
    /// The mirror of the database after this migration, or the shadow database after the last one.
    pub after: Option<&'a CatalogSnapshot>,
    /// What squawk finds in the migration's text, where that is known already.
    pub(crate) of_text: Option<&'a [Violation]>,
}

impl<'a> Deref for Subject<'a> {
    type Target = RuleContext<'a>;

    fn deref(&self) -> &Self::Target {
        &self.context
    }
}

impl<'a> Subject<'a> {
    /// The statements of the migration.
    pub fn statements(&self) -> impl Iterator<Item = &'a Statement> {
        self.context.migration.statements.iter()
    }

    /// What they say, each with its statement.
    pub fn clauses(&self) -> impl Iterator<Item = (&'a Statement, &'a Clause)> {
        let all = self.statements();
        all.flat_map(|it| it.clauses.iter().map(move |clause| (it, clause)))
    }

    /// The policies that they make or change, each with its statement and its table.
    pub fn policies(&self) -> impl Iterator<Item = (&'a Statement, &'a Policy, TableName)> {
        self.clauses()
            .filter_map(|(statement, clause)| match clause {
                Clause::Policy(it) => Some((statement, it, self.resolve(statement, &it.table))),
                _ => None,
            })
    }

    /// Where a statement stands in the project.
    #[must_use]
    pub fn position(&self, statement: &Statement) -> Position {
        (self.at, statement.index)
    }

    /// The table that a name in a statement means.
    #[must_use]
    pub fn resolve(&self, statement: &Statement, name: &QualifiedName) -> TableName {
        self.project.resolve(self.position(statement), name)
    }

    /// The tables that this migration creates and the project keeps; on the database that is planned for,
    /// without those that somebody else has already and a guard skips.
    pub fn created_tables(
        &self,
    ) -> impl Iterator<Item = (&'a TableName, &'a TableFacts<'a>, Span)> {
        let here = self.at;
        self.project
            .own_tables_in(here)
            .filter_map(move |(name, facts)| {
                let (at, create) = facts.created?;
                let makes = at.0 == here && self.owner(&name.id()) == Owner::Ours;
                makes.then_some((name, facts, create.span))
            })
    }

    /// The table whose rows are the users.
    #[must_use]
    pub fn identity(&self) -> TableName {
        TableName {
            schema: self.settings.identity_table.schema.clone(),
            name: self.settings.identity_table.name.clone(),
        }
    }

    /// A table as it stands on the shadow database after all migrations.
    #[must_use]
    pub fn declared_table(&self, name: &TableName) -> Option<&'a Table> {
        self.after?.table(&name.schema, &name.name)
    }

    /// The roles of the API that may select from a table or view: as it stands on the database that is
    /// planned for, or as the files grant it.
    #[must_use]
    pub fn api_readers(&self, name: &TableName) -> Vec<&'static str> {
        let roles = ["anon", "authenticated", "public"];
        let entries = self.planned.map(|plan| &plan.run.after.entries);
        let here = entries.into_iter().flatten().find(|(id, _)| {
            let relation = matches!(id.kind, ObjectKind::Table | ObjectKind::View);
            relation && id.name == name.name && id.schema.as_deref() == Some(name.schema.as_str())
        });
        let granted = self.project.table(name).map(|it| &it.granted);
        let reads = |role: &&str| match here {
            Some((_, entry)) => entry
                .grants
                .iter()
                .any(|it| it.grantee == **role && it.privilege == "SELECT"),
            None => granted.is_some_and(|it| it.contains(*role)),
        };
        roles.into_iter().filter(reads).collect()
    }

    /// Where a foreign key's table and columns end: what ON DELETE says goes there, before NOT VALID.
    #[must_use]
    pub fn end_of_target(&self, key: &ForeignKey) -> usize {
        let start = key.target_span.end;
        let rest = self.migration.text.get(start..key.span.end);
        let rest = rest.unwrap_or_default();
        let listed = rest.trim_start().starts_with('(');
        let end = rest.find(')').filter(|_| listed);
        start + end.map_or(0, |at| at + 1)
    }

    /// The API shows this schema, as far as anybody knows.
    #[must_use]
    pub fn is_exposed(&self, schema: &str) -> bool {
        schema == "public" || schema == "graphql_public" || schema == self.settings.schema
    }

    /// The outcomes of the plan with one action, where a plan is made.
    pub fn outcomes(&self, action: Action) -> impl Iterator<Item = (&'a Statement, &'a Outcome)> {
        let all = self.context.planned.map_or(&[][..], |it| it.outcomes);
        self.statements()
            .zip(all)
            .flat_map(move |(statement, outcomes)| {
                let action = action.clone();
                outcomes
                    .iter()
                    .filter(move |it| it.action == action)
                    .map(move |it| (statement, it))
            })
    }

    /// Whose an object is on the database that is planned for. What does not stand there yet is made
    /// by this project, in this migration or in one before it.
    #[must_use]
    pub fn owner(&self, id: &ObjectId) -> Owner {
        match self.planned {
            Some(plan) if plan.present.get(id).is_some() => plan.ownership.owner(id, plan.present),
            _ => Owner::Ours,
        }
    }

    /// The outcomes with one action that hit what is not ours.
    pub fn foreign_outcomes(
        &self,
        action: Action,
    ) -> impl Iterator<Item = (&'a Statement, &'a Outcome)> {
        self.outcomes(action)
            .filter(|(_, it)| it.owner != Owner::Ours)
    }

    /// A finding of a rule at a place in the migration.
    #[must_use]
    pub fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            rule: Cow::Borrowed(rule),
            severity,
            message: message.into(),
            location: Some(self.migration.location(span)),
            object: None,
            help: None,
            fix: None,
        }
    }
}

/// Where a statement names an object; its first line where it does not.
#[must_use]
pub fn place_of(statement: &Statement, object: Option<&ObjectId>) -> Span {
    let named = |name: &str, kind: Option<ObjectKind>| {
        let fits = |it: &&crate::statement::Mention| {
            it.name.name == name && kind.is_none_or(|kind| it.kind == Some(kind))
        };
        statement.mentions.iter().find(fits).map(|it| it.span)
    };
    let first_line = statement.text.lines().next().map_or(0, str::len);
    object
        .and_then(|id| {
            let table = || id.table.as_deref().and_then(|table| named(table, None));
            named(&id.name, Some(id.kind))
                .or_else(|| named(&id.name, None))
                .or_else(table)
        })
        .unwrap_or(Span {
            start: statement.span.start,
            end: statement.span.start + first_line,
        })
}

impl Diagnostic {
    /// Adds what to do instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the object that it is about.
    #[must_use]
    pub fn about(mut self, object: ObjectId) -> Self {
        self.object = Some(object);
        self
    }

    /// Adds one edit that removes it.
    #[must_use]
    pub fn fixed_by(
        mut self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        let edits = vec![Edit {
            span,
            text: text.into(),
        }];
        self.fix = Some(Fix {
            title: title.into(),
            edits,
        });
        self
    }
}
