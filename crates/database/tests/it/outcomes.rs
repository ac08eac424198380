//! What a plan says of single statements: one outcome each, and one finding.

use lodger_migration::lint::lint;
use lodger_migration::outcome::Outcome;
use lodger_migration::plan::Plan;

use crate::story::{applied, instance, migration, planned, settings};

/// What each statement does, in short.
fn said(plan: &Plan) -> Vec<String> {
    let one = |it: &Outcome| {
        let object = it.object.as_ref().map(ToString::to_string);
        format!("{} {}", it.action.as_str(), object.unwrap_or_default())
    };
    let statements = plan.due().flat_map(|it| &it.statements);
    let all = statements.map(|it| it.outcomes.iter().map(one).collect::<Vec<_>>().join(", "));
    all.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn or_replace_over_the_same_is_one_outcome() {
    let instance = instance().await;
    let theirs = "create function twice(a text) returns text language sql as $$ select a || a $$;
        create function twice(a int) returns int language sql as $$ select 2 * a $$;";
    let client = instance.connect().await;
    client.batch_execute(theirs).await.unwrap();
    let ours = migration(
        "1",
        "create function research_one() returns int language sql as $$ select 1 $$",
    );
    applied(&instance, std::slice::from_ref(&ours)).await;
    let same =
        "create or replace function twice(a text) returns text language sql as $$ select a || a $$;
        create or replace view active_users as
          select u.id, u.email, u.active_jobs from public.users as u where u.active_jobs > 0;
        create or replace function research_one() returns int language sql as $$ select 1 $$;";
    let declares_users =
        "create table if not exists users (id uuid primary key, email text, active_jobs int);";
    let again = migration("2", &format!("{declares_users}{same}"));
    let planned = planned(&instance, &[ours, again]).await;
    assert_eq!(
        said(&planned.plan)[1..],
        [
            "replaces function public.twice(text)",
            "replaces view public.active_users",
            "replaces function public.research_one()",
        ]
    );
    let found = &planned.plan.diagnostics;
    let about = |rule: &str| found.iter().filter(|it| it.rule == rule).count();
    assert_eq!(about("skipped-same-shape"), 0);
    assert_eq!(about("replaces-foreign-object"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_cannot_be_read_is_named_once() {
    let instance = instance().await;
    let broken = migration(
        "1",
        "create tabel notes (id int primary key);\ninsert into nowhere values (1);",
    );
    let planned = planned(&instance, std::slice::from_ref(&broken)).await;
    assert!(planned.plan.is_refused());
    let declared = Some(planned.declared.as_slice());
    for found in [
        planned.plan.diagnostics.clone(),
        lint(&settings(), &[broken], declared),
    ] {
        let errors: Vec<_> = found
            .iter()
            .filter(|it| ["syntax-error", "statement-fails"].contains(&it.rule.as_ref()))
            .map(|it| (it.location.as_ref().unwrap().line, it.rule.as_ref()))
            .collect();
        assert_eq!(errors, [(1, "syntax-error"), (2, "statement-fails")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_at_hand_of_which_only_a_function_is_used() {
    let instance = instance().await;
    let admin = instance.connect_admin().await;
    let extension = "create extension fuzzystrmatch with schema extensions";
    admin.batch_execute(extension).await.unwrap();
    let theirs = "create table public.codes (name text primary key, code text default extensions.soundex('a'));
        create function public.with_code() returns trigger language plpgsql as $$
          begin new.code := extensions.metaphone(new.name, 4); return new; end $$;
        create table public.words (name text primary key, code text);
        create trigger words_code before insert on public.words
          for each row execute function public.with_code();";
    let client = instance.connect().await;
    client.batch_execute(theirs).await.unwrap();
    let text = "alter table codes add column length int;
        insert into words (name) values ('research');";
    let planned = planned(&instance, &[migration("1", text)]).await;
    assert_eq!(planned.not_mirrored, []);
    assert_eq!(
        said(&planned.plan),
        [
            "alters table public.codes",
            "writes_rows table public.words"
        ]
    );
}
