//! Replays the clauses of a project's statements, one after the other.

use super::{Position, Project, TableFacts, TableName};
use crate::clause::{Clause, Column, CreateTable, Key, Privileges, Rename};
use crate::migration::Migration;
use crate::object::ObjectKind;
use crate::parse::words;
use crate::statement::{Mention, MentionRole, QualifiedName, Statement, StatementKind};

impl<'a> Project<'a> {
    pub(super) fn replay(&mut self, at: usize, migration: &'a Migration) {
        let mut path: Option<Vec<String>> = None;
        for statement in &migration.statements {
            let position = (at, statement.index);
            if let Some(path) = &path {
                self.paths.insert(position, path.clone());
            }
            for mention in &statement.mentions {
                self.note(position, mention);
                self.index.note_mention(position, mention);
            }
            for clause in &statement.clauses {
                self.play(position, statement, clause);
                self.index.note_clause(position, clause);
            }
            path = new_path(statement).or(path);
            self.guests = self.guests || speaks_of_guests(statement);
        }
    }

    /// Remembers what is created, forgets what is dropped.
    fn note(&mut self, at: Position, mention: &Mention) {
        let Some(kind) = mention.kind else { return };
        let table = mention.table.as_ref().map(|it| self.resolve(at, it));
        let name = match (&table, kind) {
            (Some(table), _) => format!("{table}.{}", mention.name.name),
            (
                None,
                ObjectKind::Schema
                | ObjectKind::Extension
                | ObjectKind::Role
                | ObjectKind::Publication
                | ObjectKind::EventTrigger
                | ObjectKind::Database,
            ) => mention.name.name.clone(),
            (None, _) => self.place(at, &mention.name).to_string(),
        };
        match mention.role {
            MentionRole::Creates | MentionRole::Replaces => {
                self.made.entry((kind, name)).or_insert(at);
            }
            MentionRole::Drops => match (kind, table) {
                (ObjectKind::Table, _) => {
                    let table = self.resolve(at, &mention.name);
                    self.tables.remove(&table);
                }
                (ObjectKind::Policy, Some(table)) => {
                    let policies = &mut self.facts(table).policies;
                    policies.retain(|(_, it)| it.name != mention.name.name);
                }
                (ObjectKind::Column, Some(table)) => {
                    let facts = self.facts(table);
                    let gone = &mention.name.name;
                    facts.columns.retain(|it| it.name != *gone);
                    facts
                        .foreign_keys
                        .retain(|(_, it)| !it.columns.contains(gone));
                }
                (ObjectKind::Constraint, Some(table)) => {
                    let keys = &mut self.facts(table.clone()).foreign_keys;
                    keys.retain(|(_, it)| !is_constraint(it, &mention.name.name));
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Where an object of this name is created: unqualified names go to the first schema of the path.
    fn place(&self, at: Position, name: &QualifiedName) -> TableName {
        let first = self.path(at).first().map(|it| (*it).to_owned());
        TableName {
            schema: name.schema.clone().or(first).unwrap_or_default(),
            name: name.name.clone(),
        }
    }

    fn facts(&mut self, table: TableName) -> &mut TableFacts<'a> {
        self.tables.entry(table).or_default()
    }

    fn play(&mut self, at: Position, statement: &'a Statement, clause: &'a Clause) {
        match clause {
            Clause::CreateTable(it) => self.create_table(at, statement, it),
            Clause::AddColumn(it) => {
                let facts = self.facts_of(at, &it.table);
                if facts.column(&it.column.name).is_none() {
                    facts.columns.push(it.column.clone());
                }
            }
            Clause::ForeignKey(it) => self.facts_of(at, &it.table).foreign_keys.push((at, it)),
            Clause::Key(it) => self.add_key(at, it),
            Clause::Index(it) => {
                let columns = it.columns.clone();
                self.facts_of(at, &it.table).indexes.push(columns);
            }
            Clause::Nullability(it) => {
                let columns = &mut self.facts_of(at, &it.table).columns;
                if let Some(column) = columns.iter_mut().find(|column| column.name == it.column) {
                    column.not_null = it.not_null;
                }
            }
            Clause::Rename(it) => self.rename(at, it),
            Clause::RowSecurity(it) if !it.force => self.facts_of(at, &it.table).rls = it.on,
            Clause::Policy(it) if it.creates => {
                self.facts_of(at, &it.table).policies.push((at, it));
            }
            Clause::Function(it) => {
                let name = self.place(at, &it.name);
                self.pinned.remove(&name);
                self.functions.insert(name, it);
            }
            Clause::PinsSearchPath(it) => {
                let name = self.place(at, &it.function);
                self.pinned.insert(name);
            }
            Clause::Privileges(it) => self.privileges(at, it),
            Clause::DefaultPrivileges(it) if it.grants && it.kind == "tables" => {
                for schema in &it.schemas {
                    let roles = self.default_grants.entry(schema.clone()).or_default();
                    roles.extend(it.roles.iter().cloned());
                }
            }
            _ => {}
        }
    }

    fn facts_of(&mut self, at: Position, table: &QualifiedName) -> &mut TableFacts<'a> {
        let table = self.resolve(at, table);
        self.touch(at, &table);
        self.facts(table)
    }

    fn touch(&mut self, at: Position, table: &TableName) {
        self.touched.entry(at.0).or_default().insert(table.clone());
    }

    fn create_table(&mut self, at: Position, statement: &Statement, table: &'a CreateTable) {
        let name = self.place(at, &table.name);
        if table.temporary || (statement.guarded && self.is_there(&name)) {
            return;
        }
        let parent = table.partition_of.as_ref().map(|it| self.resolve(at, it));
        let parent = parent.and_then(|it| self.tables.get(&it).cloned());
        let mut facts = parent.unwrap_or_default();
        facts.created = Some((at, table));
        facts.columns.extend(table.columns.iter().cloned());
        facts.granted.extend(
            self.default_grants
                .get(&name.schema)
                .into_iter()
                .flatten()
                .cloned(),
        );
        self.touch(at, &name);
        self.tables.insert(name, facts);
    }

    fn is_there(&self, name: &TableName) -> bool {
        self.tables.get(name).is_some_and(|it| it.created.is_some())
    }

    fn add_key(&mut self, at: Position, key: &Key) {
        let facts = self.facts_of(at, &key.table);
        facts.indexes.push(key.columns.clone());
        if key.primary {
            facts.primary_key.clone_from(&key.columns);
            let of_key = |it: &&mut Column| key.columns.contains(&it.name);
            for column in facts.columns.iter_mut().filter(of_key) {
                column.not_null = true;
            }
        }
    }

    fn rename(&mut self, at: Position, rename: &Rename) {
        let table = self.resolve(at, &rename.table);
        if let Some(old) = &rename.column {
            let columns = &mut self.facts(table).columns;
            if let Some(column) = columns.iter_mut().find(|it| it.name == *old) {
                column.name.clone_from(&rename.to);
            }
            return;
        }
        let mut renamed = table.clone();
        if rename.moves_schema {
            renamed.schema.clone_from(&rename.to);
        } else {
            renamed.name.clone_from(&rename.to);
        }
        if let Some(facts) = self.tables.remove(&table) {
            if let Some((created, _)) = facts.created {
                self.touch(created, &renamed);
            }
            self.touch(at, &renamed);
            self.tables.insert(renamed.clone(), facts);
        }
        self.made
            .entry((ObjectKind::Table, renamed.to_string()))
            .or_insert(at);
    }

    fn privileges(&mut self, at: Position, privileges: &Privileges) {
        let mut tables: Vec<TableName> = privileges
            .relations
            .iter()
            .map(|it| self.resolve(at, it))
            .collect();
        if privileges.all.as_deref() == Some("tables") {
            let inside = |it: &&TableName| privileges.schemas.contains(&it.schema);
            tables.extend(self.tables.keys().filter(inside).cloned());
        }
        for table in tables {
            let facts = self.facts(table);
            if privileges.grants {
                facts.granted.extend(privileges.roles.iter().cloned());
            } else {
                facts.revoked = true;
            }
        }
    }
}

/// The statement names a role, a column or a claim of anonymous users. Few do: most are spared the reading.
fn speaks_of_guests(statement: &Statement) -> bool {
    if !statement.text.to_ascii_lowercase().contains("anonymous") {
        return false;
    }
    let said = words(&statement.text);
    said.contains("is_anonymous") || said.contains("anonymous")
}

/// The constraint has this name, given or as Postgres would make it.
fn is_constraint(key: &crate::clause::ForeignKey, name: &str) -> bool {
    match &key.constraint {
        Some(given) => given == name,
        None => name == format!("{}_{}_fkey", key.table.name, key.columns.join("_")),
    }
}

/// The path that a statement sets for those after it.
fn new_path(statement: &Statement) -> Option<Vec<String>> {
    if statement.kind == StatementKind::Do {
        return None;
    }
    statement
        .clauses
        .iter()
        .rev()
        .find_map(|clause| match clause {
            Clause::Setting(it) if it.name == "search_path" => Some(
                it.values
                    .iter()
                    .filter(|schema| !schema.is_empty() && *schema != "$user")
                    .cloned()
                    .collect(),
            ),
            _ => None,
        })
}
