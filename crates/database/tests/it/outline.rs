//! Plans are made from an outline of the catalog, and are those that all of it would give.

use std::time::Duration;

use lodger_database::prepare::{Prepared, Present, prepare};
use lodger_database::testing::SharedInstance;
use lodger_migration::catalog::{Object, fingerprint};
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::outcome::Action;

use crate::story::{instance, migration, session, settings};

/// Two more tables of another project, each with an index and a policy of its own.
const MORE: &str = "
    create table public.recipes (id uuid primary key, title text, user_id uuid);
    create index recipes_title on public.recipes (lower(title)) where user_id is not null;
    alter table public.recipes enable row level security;
    create policy own on public.recipes using (user_id is not null) with check (title <> '');
    create table public.ovens (id uuid primary key, title text, user_id uuid);
    create index ovens_title on public.ovens (lower(title)) where user_id is not null;
    alter table public.ovens enable row level security;
    create policy own_oven on public.ovens using (user_id is not null) with check (title <> '');
    alter table public.recipes owner to postgres;
    alter table public.ovens owner to postgres;";

async fn with_more() -> SharedInstance {
    let instance = instance().await;
    let admin = instance.connect_admin().await;
    admin.batch_execute(MORE).await.unwrap();
    instance
}

async fn outline(instance: &SharedInstance, migrations: &[Migration]) -> Present {
    Present::outline(&session(instance).await, migrations, "research")
        .await
        .unwrap()
}

async fn whole(instance: &SharedInstance) -> Present {
    Present::load(&session(instance).await, "research")
        .await
        .unwrap()
}

fn index(name: &str) -> ObjectId {
    ObjectId::in_schema(ObjectKind::Index, "public", name)
}

fn policy(table: &str, name: &str) -> ObjectId {
    ObjectId::on_table(ObjectKind::Policy, "public", table, name)
}

fn actions(prepared: &Prepared, object: &ObjectId) -> Vec<Action> {
    let statements = prepared.plan.due().flat_map(|it| &it.statements);
    let outcomes = statements.flat_map(|it| &it.outcomes);
    let about = outcomes.filter(|it| it.object.as_ref() == Some(object));
    about.map(|it| it.action.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_reach_is_whole_and_of_the_rest_two_things_are_missing() {
    let instance = with_more().await;
    let migrations = [migration("20251101000000", "drop table recipes;")];
    let (outline, whole) = (
        outline(&instance, &migrations).await,
        whole(&instance).await,
    );
    assert_eq!(outline.snapshot.entries.len(), whole.snapshot.entries.len());
    for (id, entry) in &whole.snapshot.entries {
        let seen = outline.snapshot.get(id).unwrap();
        match (&seen.object, &entry.object) {
            (Object::Index(seen), Object::Index(it)) if *id != index("recipes_title") => {
                assert_eq!((&seen.table, &seen.columns), (&it.table, &it.columns));
            }
            (Object::Policy(seen), Object::Policy(it)) if *id != policy("recipes", "own") => {
                assert_eq!((&seen.command, &seen.roles), (&it.command, &it.roles));
            }
            _ => assert_eq!(seen, entry.as_ref(), "{id}"),
        }
    }
    let Object::Index(ovens) = &outline.snapshot.get(&index("ovens_title")).unwrap().object else {
        panic!();
    };
    assert_eq!(ovens.definition, "");
    assert_eq!(outline.snapshot.dependencies, whole.snapshot.dependencies);
    assert_eq!(
        fingerprint(&outline.snapshot),
        fingerprint(&whole.snapshot),
        "apply, which reads all, knows the fingerprint of a plan"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_policy_or_index_out_of_reach_changes_the_fingerprint() {
    let instance = with_more().await;
    let admin = instance.connect_admin().await;
    let seen = async || fingerprint(&outline(&instance, &[]).await.snapshot);
    let mut before = seen().await;
    let changes = [
        "alter policy own on public.recipes using (user_id is null)",
        "alter policy own on public.recipes with check (title <> 'no')",
        "drop index public.recipes_title; create index recipes_title on public.recipes (upper(title))",
        "alter index public.recipes_title set (fillfactor = 70)",
    ];
    for change in changes {
        admin.batch_execute(change).await.unwrap();
        let after = seen().await;
        assert_ne!(before, after, "{change}");
        before = after;
    }
    for nothing in ["reindex table public.recipes", "analyze public.recipes"] {
        admin.batch_execute(nothing).await.unwrap();
        assert_eq!(before, seen().await, "{nothing}");
    }
}

/// The block puts the table's name together: only when the mirror does not know it, it is in reach.
#[tokio::test(flavor = "multi_thread")]
async fn what_turns_out_to_be_in_reach_is_read_after_all() {
    let instance = with_more().await;
    let block = "do $$ begin execute 'alter policy own_' || 'oven on ' || 'ov' || 'ens using (true)'; end $$;";
    let session = session(&instance).await;
    let migrations = [migration("20251101000000", block)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    assert_eq!(prepared.present.outline, None, "all was read");
    let own = policy("ovens", "own_oven");
    assert_eq!(
        actions(&prepared, &own),
        [Action::Alters],
        "{:#?}",
        prepared.plan
    );
}

/// Nobody who changes a table has to wait for a plan that does not touch it, nor the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_others_have_locked_keeps_no_plan_waiting() {
    let instance = with_more().await;
    let blocker = instance.connect_admin().await;
    let lock = "begin; lock table public.recipes in access exclusive mode";
    blocker.batch_execute(lock).await.unwrap();
    let migrations = [migration("20251101000000", "create table notes (id uuid);")];
    let session = session(&instance).await;
    let settings = settings();
    let planning = prepare(&session, &migrations, &settings);
    // A look at all of it is given up after 15 s.
    let planned = tokio::time::timeout(Duration::from_secs(10), planning).await;
    let planned = planned.expect("a plan does not wait for the lock").unwrap();
    assert!(planned.present.outline.is_some());
    blocker.batch_execute("rollback").await.unwrap();
}
