//! The mirror: a throw-away database in which the target's objects stand that a migration can touch,
//! so that Postgres itself says what the migration will do there. Rows are not copied.

pub(crate) mod ddl;
mod sync;

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Entry, Object};
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::reach::Reach;
use lodger_migration::plan::steps::{Step, StepFacts, steps};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use lodger_migration::statement::Mention;

use crate::connect::Session;
use crate::shadow::{
    KnownStatements, Runner, SUPERUSER, Shadow, ShadowError, execute, transaction,
};
use crate::sql::quoted;

/// Default privileges would add grants to everything that is made here; those of the target come last.
pub(crate) const FORGET_DEFAULT_PRIVILEGES: &str = include_str!("forget_default_privileges.sql");

/// The version that brought the privilege MAINTAIN, which ALL contains: the embedded server knows it.
const WITH_MAINTAIN: u32 = 170_000;

/// A copy of a part of a target's catalog.
#[derive(Debug)]
pub struct Mirror {
    shadow: Shadow,
    role: Option<String>,
    /// What stands on the target, is in reach of the migrations, and could not be made here, with what
    /// Postgres said. Statements about it are not evaluated.
    pub missing: Vec<(ObjectId, String)>,
}

impl Mirror {
    /// Makes a mirror of the objects of `present` that are in `reach`.
    ///
    /// # Errors
    /// When the embedded server fails; an object that cannot be made is listed in `missing`.
    pub async fn of(
        shadow: Shadow,
        present: &CatalogSnapshot,
        reach: &Reach,
    ) -> Result<Self, ShadowError> {
        let session = shadow.session();
        let mut base = transaction::look(session).await?;
        execute(
            session,
            "to forget default privileges",
            FORGET_DEFAULT_PRIVILEGES,
        )
        .await?;
        let cleared = clearance(&base, present, reach);
        if !cleared.is_empty() {
            make(session, cleared).await;
            // Keys, indexes and whatever else hung on something went with it, and is made anew below.
            base = transaction::look(session).await?;
        }
        let mut items = roles(&base, present);
        for id in reach.full.iter().chain(&reach.needed) {
            let entry = present.get(id).filter(|_| base.get(id).is_none());
            items.extend(entry.map_or_else(Vec::new, |it| ddl::create(id, it, present)));
        }
        items.sort_by_key(|item| item.stage);
        let missing = make(session, items).await;
        sync::sync(session, present, reach).await?;
        let role = (!present.server.superuser).then(|| present.server.role.clone());
        Ok(Self {
            shadow,
            role,
            missing,
        })
    }

    /// Gives back the database that it stands on.
    pub(crate) fn into_shadow(self) -> Shadow {
        self.shadow
    }

    /// Runs migrations on the mirror, in order; of those in `resumed`, only the steps that are left.
    ///
    /// # Errors
    /// When the mirror itself fails; a statement that fails is part of the run.
    pub(crate) async fn run(
        &self,
        migrations: &[&Migration],
        settings: &Settings,
        present: &CatalogSnapshot,
        resumed: &BTreeMap<String, Vec<Step>>,
        known: &KnownStatements,
    ) -> Result<Vec<MigrationRun>, ShadowError> {
        let session = self.shadow.session();
        let mut runner =
            Runner::new(session, &settings.schema, self.role.as_deref(), known).await?;
        let facts = TargetFacts {
            present,
            schema: &settings.schema,
        };
        let mut runs = Vec::new();
        for migration in migrations {
            let begun = resumed.get(&migration.version).cloned();
            let steps = begun.unwrap_or_else(|| steps(migration, &facts));
            let mut run = runner.run(migration, steps).await?;
            if present.server.version_number < WITH_MAINTAIN {
                run.forget_privilege("MAINTAIN");
            }
            runs.push(run);
        }
        runner.leave().await?;
        Ok(runs)
    }
}

/// What the cut into steps asks about the target.
struct TargetFacts<'a> {
    present: &'a CatalogSnapshot,
    schema: &'a str,
}

impl StepFacts for TargetFacts<'_> {
    fn supautils(&self) -> bool {
        self.present.server.supautils
    }

    fn may_have_rows(&self, table: &Mention) -> bool {
        let schema = table.name.schema.as_deref().unwrap_or(self.schema);
        self.present
            .table(schema, &table.name.name)
            .is_some_and(|it| it.estimated_rows != 0)
    }
}

/// One thing to make: SQL, what it is for, and when.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) stage: Stage,
    id: ObjectId,
    pub(crate) sql: String,
}

/// The order in which objects are made. What fails is tried again after the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Clear,
    Role,
    Schema,
    Extension,
    Type,
    Sequence,
    Table,
    Function,
    Default,
    Key,
    Index,
    View,
    ForeignKey,
    Attachment,
    Flag,
    Fill,
    Database,
}

/// Removes from the base what the target does not have, so that a migration fails here as it would there.
fn clearance(base: &CatalogSnapshot, present: &CatalogSnapshot, reach: &Reach) -> Vec<Item> {
    let mut items = Vec::new();
    for (id, entry) in &base.entries {
        let gone = match present.get(id) {
            None => true,
            Some(there) => reach.contains(id) && must_replace(entry, there),
        };
        let name = quoted(&id.name);
        let schema = id.schema.as_deref().unwrap_or_default();
        let sql = match id.kind {
            _ if !gone => continue,
            ObjectKind::Schema if id.name == "lodger_shadow" => continue,
            _ if schema == "lodger_shadow" => continue,
            ObjectKind::Schema => format!("drop schema if exists {name} cascade"),
            ObjectKind::Table => format!("drop table if exists {}.{name} cascade", quoted(schema)),
            ObjectKind::Function => {
                let arguments = id.arguments.as_deref().unwrap_or_default();
                format!(
                    "drop routine if exists {}.{name}({arguments}) cascade",
                    quoted(schema)
                )
            }
            ObjectKind::Publication => format!("drop publication if exists {name}"),
            _ => continue,
        };
        items.push(Item {
            stage: Stage::Clear,
            id: id.clone(),
            sql,
        });
    }
    items
}

/// The roles of the target, and none that it does not have.
fn roles(base: &CatalogSnapshot, present: &CatalogSnapshot) -> Vec<Item> {
    let there: BTreeSet<&String> = present.server.roles.iter().collect();
    let here: BTreeSet<&String> = base.server.roles.iter().collect();
    let item = |stage, name: &str, sql| Item {
        stage,
        id: ObjectId::global(ObjectKind::Role, name),
        sql,
    };
    let mut items: Vec<Item> = there
        .difference(&here)
        .map(|role| item(Stage::Role, role, format!("create role {}", quoted(role))))
        .collect();
    for role in here
        .difference(&there)
        .filter(|role| role.as_str() != SUPERUSER)
    {
        let name = quoted(role);
        let sql = format!(
            "reassign owned by {name} to {SUPERUSER}; drop owned by {name}; drop role {name}"
        );
        items.push(item(Stage::Clear, role, sql));
    }
    let own = quoted(&present.server.role);
    let database = quoted(&base.server.database);
    if there.contains(&present.server.database_owner) {
        let owner = quoted(&present.server.database_owner);
        let sql = format!("alter database {database} owner to {owner}");
        items.push(item(Stage::Schema, &present.server.database_owner, sql));
    }
    if !present.server.superuser {
        let bypass = if present.server.bypasses_rls {
            "bypassrls"
        } else {
            "nobypassrls"
        };
        let sql = format!(
            "alter role {own} {bypass}; grant create, temporary on database {database} to {own}"
        );
        items.push(item(Stage::Schema, &present.server.role, sql));
    }
    for (member, role) in &present.server.memberships {
        if there.contains(member) && there.contains(role) {
            let sql = format!("grant {} to {}", quoted(role), quoted(member));
            items.push(item(Stage::Schema, member, sql));
        }
    }
    items
}

/// The landlord's own table looks different on the target: its version counts.
fn must_replace(base: &Entry, present: &Entry) -> bool {
    match (&base.object, &present.object) {
        (Object::Table(ours), Object::Table(theirs)) => {
            let columns = |table: &lodger_migration::catalog::Table| {
                table
                    .columns
                    .iter()
                    .map(|it| (it.name.clone(), it.data_type.clone(), it.not_null))
                    .collect::<Vec<_>>()
            };
            columns(ours) != columns(theirs)
        }
        (Object::Function(ours), Object::Function(theirs)) => {
            ours.result != theirs.result || ours.security_definer != theirs.security_definer
        }
        _ => false,
    }
}

/// Makes everything, going over what failed again for as long as that helps.
async fn make(session: &Session, items: Vec<Item>) -> Vec<(ObjectId, String)> {
    execute(session, "", "set check_function_bodies = off")
        .await
        .ok();
    let mut open: Vec<(Item, String)> = items
        .into_iter()
        .map(|item| (item, String::new()))
        .collect();
    // In one go first: usually everything works, and a round trip each is what costs.
    let all: Vec<&str> = open.iter().map(|(item, _)| item.sql.as_str()).collect();
    let all = all.join(";\n");
    if transaction::attempt(session, &all).await.is_ok() {
        return Vec::new();
    }
    loop {
        let tried = open.len();
        let mut failed = Vec::new();
        for (item, _) in open {
            if let Err(error) = transaction::attempt(session, &item.sql).await {
                let said = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |it| it.message().to_owned());
                failed.push((item, said));
            }
        }
        if failed.is_empty() || failed.len() == tried {
            return failed
                .into_iter()
                .filter(|(item, _)| !matches!(item.stage, Stage::Clear | Stage::Fill))
                .map(|(item, said)| (item.id, said))
                .collect();
        }
        open = failed;
    }
}
