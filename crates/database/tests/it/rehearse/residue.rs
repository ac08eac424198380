//! Nothing of a rehearsal is left, nobody waits for it, and what others do meanwhile is theirs.

use std::time::Duration;

use lodger_database::rehearse::{RehearseError, RehearseEvent, RehearseOptions, rehearse};

use super::{assert_noted, failures};
use crate::project::{Project, RESEARCH};

/// From here on every new draft takes so many seconds.
async fn slow_down(project: &Project, seconds: f64) {
    let slow = format!(
        "create function public.slow() returns trigger language plpgsql as
         'begin perform pg_sleep({seconds}); return new; end';
         create trigger slow before insert on draft_files for each row execute function public.slow()"
    );
    project.run(&slow).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_tables_pass_and_nothing_is_left() {
    let project = Project::claimed(RESEARCH).await;
    let report = project.rehearse().await;
    assert_eq!(
        failures(&report),
        Vec::<String>::new(),
        "{:#?}",
        report.notes
    );
    let lines = report.checks.iter().map(|it| match &it.detail {
        Some(detail) => format!("{}\n    {detail}", it.name),
        None => it.name.clone(),
    });
    let text = lines.chain(report.notes.iter().map(|it| format!("note: {it}")));
    let text = text.collect::<Vec<_>>().join("\n");
    insta::with_settings!({filters => vec![
        (r"transaction \d+", "transaction NUMBER"),
        (r"behind: \d+ sequences", "behind: SOME sequences"),
    ]}, { insta::assert_snapshot!(text) });
    assert!(!text.contains('@'), "{text}");
    project.instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_nobody_and_a_break_leaves_nothing() {
    let project = Project::claimed(RESEARCH).await;
    let busy = project.instance.connect_admin().await;
    busy.batch_execute("begin; select from auth.users for update")
        .await
        .unwrap();
    let refused = project
        .rehearse_with(&RehearseOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(refused, RehearseError::Busy { .. }), "{refused:?}");
    busy.batch_execute("rollback").await.unwrap();
    assert!(
        project.rehearse().await.passed(),
        "the session is as before"
    );

    slow_down(&project, 5.0).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let admin = project.instance.connect_admin().await;
    let kill = async {
        while let Some(
            RehearseEvent::Begins { .. } | RehearseEvent::Cascade | RehearseEvent::Proof,
        ) = told.recv().await
        {}
        tokio::time::sleep(Duration::from_millis(500)).await;
        let others = "select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid()";
        admin.batch_execute(others).await.unwrap();
    };
    let mut watch = |event| drop(tell.send(event));
    let options = RehearseOptions::default();
    let rehearsal = rehearse(&project.session, &project.settings, &options, &mut watch);
    let (ended, ()) = tokio::join!(Box::pin(rehearsal), kill);
    assert!(
        matches!(ended, Err(RehearseError::Broken { .. })),
        "{ended:?}"
    );
    let left = "select count(*) from public.research_sessions";
    let left: i64 = admin.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 0);
    project.instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_meanwhile_is_not_taken_for_ours() {
    let project = Project::claimed(RESEARCH).await;
    slow_down(&project, 0.5).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let other = project.instance.connect_admin().await;
    let sign_up = async {
        while !matches!(told.recv().await, None | Some(RehearseEvent::Table { .. })) {}
        let work = "insert into auth.users (id, email) values (gen_random_uuid(), 'new@example.test');
                    insert into research_sessions (user_id, title) select id, 'x' from auth.users limit 1;
                    select nextval('public.job_numbers')";
        other.batch_execute(work).await.unwrap();
    };
    let mut watch = |event| drop(tell.send(event));
    let options = RehearseOptions::default();
    let rehearsal = rehearse(&project.session, &project.settings, &options, &mut watch);
    let (report, ()) = tokio::join!(Box::pin(rehearsal), sign_up);
    let report = report.unwrap();
    assert_eq!(failures(&report), Vec::<String>::new());
    assert_noted(&report, "others put 1 row into auth.users meanwhile");
    assert_noted(
        &report,
        "others put 1 row into public.research_sessions meanwhile",
    );
    assert_noted(
        &report,
        "others use sequence \"public\".\"job_numbers\" at the moment",
    );
}
