//! What a plan says of single statements: one outcome each, and one finding.

use lodger_migration::lint::lint;
use lodger_migration::outcome::Outcome;
use lodger_migration::plan::Plan;

use crate::story::{instance, migration, planned, settings};

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
