//! `rehearse`: everything that users do works as meant, everything that is broken is named, nothing is left.

use std::time::Duration;

use lodger_database::bookkeeping;
use lodger_database::catalog::load_snapshot;
use lodger_database::connect::Session;
use lodger_database::embedded::EmbeddedServer;
use lodger_database::rehearse::{
    RehearseError, RehearseEvent, RehearseOptions, RehearseReport, rehearse,
};
use lodger_database::testing::{Cluster, Template};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::settings::{IdentityTable, Settings};
use uuid::Uuid;

use crate::project::{Project, RESEARCH};

impl Project {
    async fn rehearse_with(
        &self,
        options: &RehearseOptions,
    ) -> Result<RehearseReport, RehearseError> {
        let mut watch = |_| ();
        Box::pin(rehearse(&self.session, &self.settings, options, &mut watch)).await
    }

    async fn rehearse(&self) -> RehearseReport {
        self.rehearse_with(&RehearseOptions::default())
            .await
            .unwrap()
    }
}

fn failures(report: &RehearseReport) -> Vec<String> {
    let failed = report.checks.iter().filter(|check| !check.passed);
    failed
        .map(|check| format!("{}: {}", check.name, check.detail.as_deref().unwrap_or("?")))
        .collect()
}

fn assert_named(report: &RehearseReport, expected: &str) {
    let failures = failures(report);
    let named = failures.iter().any(|it| it.contains(expected));
    assert!(
        named,
        "{expected}\nis not in\n{failures:#?}\n{:#?}",
        report.notes
    );
}

fn assert_noted(report: &RehearseReport, expected: &str) {
    let noted = report.notes.iter().any(|it| it.contains(expected));
    assert!(noted, "{expected}\nis not in\n{:#?}", report.notes);
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

/// One way in which a table is not what it should be, how to undo it, and what the report then says.
type Break = (&'static str, &'static str, &'static str);

const BREAKS: &[Break] = &[
    (
        "alter policy draft_files_own on draft_files using (true)",
        "alter policy draft_files_own on draft_files using (exists (select from research_sessions s
                 where s.id = session_id and s.user_id = (select auth.uid())))",
        "public.draft_files: another user does not see it: the row of another user is seen",
    ),
    (
        "alter table research_sessions disable row level security",
        "alter table research_sessions enable row level security",
        "public.research_sessions: another user cannot update or delete it: it works: update of the row; \
         it works: delete of the row; it works: update without a condition, which takes all rows; it works: delete without a condition",
    ),
    (
        // nobody sees more than before, so that a delete by key finds nothing
        "create policy hole on draft_files for delete to authenticated using (true)",
        "drop policy hole on draft_files",
        "public.draft_files: another user cannot update or delete it: it works: delete without a condition, which takes all rows",
    ),
    (
        "create policy hole on research_sessions for update to authenticated using (true)",
        "drop policy hole on research_sessions",
        "public.research_sessions: another user cannot update or delete it: it works: update without a condition",
    ),
    (
        "create policy hole on research_sessions for insert to authenticated with check (true)",
        "drop policy hole on research_sessions",
        "public.research_sessions: another user cannot insert in the owner's name: it works",
    ),
    (
        "grant select on research_sessions to anon; create policy hole on research_sessions for select to anon using (true)",
        "revoke select on research_sessions from anon; drop policy hole on research_sessions",
        "public.research_sessions: anon does not see it: the row of another user is seen",
    ),
    (
        "grant select on draft_files to anon;
         create policy slow on draft_files for select to anon using (pg_sleep(30) is null)",
        "revoke select on draft_files from anon; drop policy slow on draft_files",
        "public.draft_files: anon does not see it: canceling statement due to statement timeout",
    ),
    (
        "create policy only_failed on research_sessions as restrictive for insert to authenticated with check (status = 'failed')",
        "drop policy only_failed on research_sessions",
        "public.research_sessions: the owner inserts a row: new row violates row-level security policy \"only_failed\"",
    ),
    (
        "create policy blind on draft_files as restrictive for select to authenticated using (false)",
        "drop policy blind on draft_files",
        "public.draft_files: the owner reads it: 0 rows instead of one",
    ),
    (
        "create trigger theirs before update on research_sessions for each row execute function public.broken()",
        "drop trigger theirs on research_sessions",
        "public.research_sessions: the owner updates it: record \"new\" has no field \"seen_at\"",
    ),
    (
        "alter table draft_files drop constraint draft_files_session_id_fkey,
         add constraint draft_files_session_id_fkey foreign key (session_id) references research_sessions (id)",
        "alter table draft_files drop constraint draft_files_session_id_fkey,
         add constraint draft_files_session_id_fkey foreign key (session_id) references research_sessions (id) on delete cascade",
        "the user can be deleted: foreign key draft_files_session_id_fkey of public.draft_files stands in the way: it needs on delete cascade",
    ),
    (
        "create trigger theirs after delete on research_sessions for each row execute function public.greedy()",
        "drop trigger theirs on research_sessions",
        "public.research_sessions: deleting the user removes the user's 1 row and no other: 1 row of the other user goes too",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_broken_is_named() {
    let project = Project::claimed(RESEARCH).await;
    let functions = "
        create function public.broken() returns trigger language plpgsql as
          'begin new.seen_at = now(); return new; end';
        create function public.greedy() returns trigger language plpgsql security definer as
          'begin delete from public.research_sessions; return old; end'";
    project.run(functions).await;
    for (break_it, mend_it, expected) in BREAKS {
        project.run(break_it).await;
        assert_named(&project.rehearse().await, expected);
        project.run(mend_it).await;
    }
    assert_eq!(failures(&project.rehearse().await), Vec::<String>::new());
    project.run("drop function broken(), greedy()").await;
    project.instance.assert_strangers_untouched().await;
}

/// Like the breaks, for what is told and is nobody's fault.
const NOTES: &[Break] = &[
    (
        "revoke insert on research_sessions from authenticated",
        "grant insert on research_sessions to authenticated",
        "deleting the user also writes rows that are not this project's: 1 of auth.identities, 1 of public.profiles",
    ),
    (
        "revoke select, delete on draft_files from authenticated",
        "grant select, delete on draft_files to authenticated",
        "public.draft_files: the owner reads it: no, authenticated may not (permission denied",
    ),
    (
        "alter table draft_files add constraint odd check (file_path = upper(file_path) and file_path like 'X%X' and length(file_path) = 7)",
        "alter table draft_files drop constraint odd",
        "not rehearsed: public.draft_files: new row for relation \"draft_files\" violates check constraint \"odd\"",
    ),
    (
        "create table public.loans (account uuid references auth.users (id)); insert into loans select id from auth.users",
        "drop table public.loans",
        "not rehearsed: deleting the user, because foreign key loans_account_fkey of public.loans stands in the way \
         (not this project's (unclaimed))",
    ),
    (
        "create trigger says_no before delete on draft_files for each row execute function public.says_no()",
        "drop trigger says_no on draft_files",
        "public.draft_files: the owner deletes it: a trigger says no: keep it",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_rehearsed_is_said() {
    let project = Project::claimed(RESEARCH).await;
    project
        .run(
            "create function public.says_no() returns trigger language plpgsql as
             $$begin if current_user = 'authenticated' then raise exception 'keep it'; end if; return old; end$$",
        )
        .await;
    project
        .claim("create table research_words (word text primary key)")
        .await;
    for (change, back, expected) in NOTES {
        project.run(change).await;
        let report = project.rehearse().await;
        assert_noted(&report, expected);
        assert_noted(
            &report,
            "not rehearsed: public.research_words: no foreign key leads from it to auth.users",
        );
        assert_eq!(failures(&report), Vec::<String>::new());
        project.run(back).await;
    }
    project
        .run("revoke insert on research_sessions from authenticated")
        .await;
    let report = project.rehearse().await;
    let inserted = report
        .checks
        .iter()
        .find(|it| it.name.ends_with("inserts a row"))
        .unwrap();
    assert_eq!(
        inserted.detail.as_deref(),
        Some("inserted by postgres for the user: authenticated may not")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_that_reach_out_fire_only_when_told() {
    let project = Project::claimed(RESEARCH).await;
    // it stands in for the extension's function, and leaves a trace that no rollback takes back
    let functions = "
        create sequence public.calls;
        create function public.http_post(text) returns void language sql as $$select nextval('public.calls')$$;
        create function public.tells() returns trigger language plpgsql security definer as
          $$begin perform public.http_post('https://example.test'); return null; end$$;
        create trigger tells after insert on draft_files for each row execute function public.tells();
        create trigger tells after delete on public.profiles for each row execute function public.tells()";
    project.run(functions).await;
    let report = project.rehearse().await;
    assert_eq!(failures(&report), Vec::<String>::new());
    let why = "calls public.http_post, which no rollback takes back; --despite-side-effects fires it all the same";
    assert_noted(
        &report,
        &format!("not rehearsed: public.draft_files: trigger tells on public.draft_files {why}"),
    );
    assert_noted(
        &report,
        &format!("not rehearsed: deleting the user: trigger tells on public.profiles {why}"),
    );

    let told = RehearseOptions {
        despite_side_effects: true,
        ..RehearseOptions::default()
    };
    let report = project.rehearse_with(&told).await.unwrap();
    assert_noted(&report, "fired as told: trigger tells on public.profiles");
    assert_named(
        &report,
        "sequences stand where they stood: \"public\".\"calls\" was at 1 (unused) and is at ",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_those_that_are_asked_for() {
    let project = Project::claimed(RESEARCH).await;
    project
        .run(
            "create policy registered on research_sessions as restrictive for insert to authenticated
             with check (((select auth.jwt()) ->> 'is_anonymous')::boolean is false)",
        )
        .await;
    let registered = project.instance.registered_user_ids().await;
    let anonymous = project.instance.anonymous_user_ids().await;
    let as_users = |ids: &[Uuid]| RehearseOptions {
        as_users: ids.to_vec(),
        ..RehearseOptions::default()
    };
    let report = project
        .rehearse_with(&as_users(&registered[..2]))
        .await
        .unwrap();
    assert_eq!(failures(&report), Vec::<String>::new());
    let report = project
        .rehearse_with(&as_users(&anonymous[..1]))
        .await
        .unwrap();
    assert_named(&report, "violates row-level security policy \"registered\"");

    let nobody = Uuid::nil();
    let refused = project
        .rehearse_with(&as_users(&[nobody]))
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("there is no user {nobody} in auth.users")
    );
    let one = registered[0];
    let refused = project
        .rehearse_with(&as_users(&[one, one]))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, RehearseError::WrongUsers { .. }),
        "{refused:?}"
    );
    project.instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_kinds_of_tables_are_filled() {
    let project = Project::claimed(
        "create type research_mood as enum ('calm', 'eager');
         create domain research_code as varchar(8) check (value ~ '^[A-Z]+$');
         create table research_profiles (
           id uuid primary key references auth.users (id) on delete cascade, shown boolean not null default false);
         insert into research_profiles select id from auth.users;
         create table research_folders (
           number bigserial primary key,
           owner uuid default auth.uid() references auth.users (id) on delete cascade,
           parent bigint references research_folders (number) on delete cascade,
           language varchar(2) not null check (language = any (array['de', 'fr'])),
           sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
           size integer not null check (size > 4096),
           code research_code not null, mood research_mood not null,
           tags text[] not null, extra jsonb not null, span tstzrange not null,
           twice integer generated always as (size * 2) stored,
           unique (number, owner));
         create table research_notes (
           id integer generated always as identity primary key,
           folder bigint not null, owner uuid not null,
           job uuid not null references public.jobs (id),
           foreign key (folder, owner) references research_folders (number, owner) on delete cascade);
         create table research_moods (
           mood research_mood, owner uuid references auth.users (id) on delete set null);
         do $$ declare name text; begin
           foreach name in array array['research_profiles', 'research_folders', 'research_notes', 'research_moods'] loop
             execute format('alter table %I enable row level security', name);
             execute format('revoke all on %I from anon, authenticated', name);
             execute format('grant select, insert, update, delete on %I to authenticated', name);
             execute format('create policy own on %I to authenticated using (%I = (select auth.uid()))', name,
               case name when 'research_profiles' then 'id' else 'owner' end);
           end loop; end $$",
    )
    .await;
    let before = project.instance.fingerprint_strangers().await;
    let report = project.rehearse().await;
    assert_eq!(
        failures(&report),
        Vec::<String>::new(),
        "{:#?}",
        report.notes
    );
    let not_rehearsed: Vec<_> = report
        .notes
        .iter()
        .filter(|it| it.contains("not rehearsed"))
        .collect();
    assert!(not_rehearsed.is_empty(), "{not_rehearsed:#?}");
    let profile = report
        .checks
        .iter()
        .find(|it| it.name == "public.research_profiles: the owner inserts a row");
    assert_eq!(
        profile.unwrap().detail.as_deref(),
        Some("the user has one already, and can have one only")
    );
    assert_eq!(project.instance.fingerprint_strangers().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_two_users_or_without_a_table_of_them_it_is_refused() {
    let options = RehearseOptions::default();
    let settings = Settings::new("research");
    let try_on = async |template| {
        let database = Cluster::shared().database(template).await;
        let session = Session::connect(&database.url()).await.unwrap();
        let mut watch = |_| ();
        let refused = Box::pin(rehearse(&session, &settings, &options, &mut watch)).await;
        refused.unwrap_err().to_string()
    };
    let nobody = try_on(Template::Base).await;
    assert!(
        nobody.starts_with("a rehearsal needs two users, and auth.users holds 0"),
        "{nobody}"
    );
    let nothing = try_on(Template::Empty).await;
    assert!(
        nothing.starts_with("there is no table auth.users here"),
        "{nothing}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_is_told_so() {
    let project = Project::claimed(RESEARCH).await;
    project
        .run(
            "grant usage on schema lodger to supabase_auth_admin, supabase_storage_admin;
             grant select on all tables in schema lodger to supabase_auth_admin, supabase_storage_admin",
        )
        .await;
    let database = project.instance.database();
    let try_as = async |role: &str| {
        let session = Session::connect(&database.cluster().url(role, database.name()))
            .await
            .unwrap();
        let mut watch = |_| ();
        let options = RehearseOptions::default();
        let refused = Box::pin(rehearse(&session, &project.settings, &options, &mut watch)).await;
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        try_as("supabase_storage_admin").await,
        "the role supabase_storage_admin may not read auth.users, where the users to rehearse as are"
    );
    assert_eq!(
        try_as("supabase_auth_admin").await,
        "the role supabase_auth_admin may not become authenticated: \
         `grant authenticated to supabase_auth_admin` lets it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_written_it_is_refused() {
    let project = Project::claimed(RESEARCH).await;
    let read_only = "-c default_transaction_read_only=on";
    let url = format!(
        "{}?options={}",
        project.instance.url(),
        read_only.replace(' ', "%20").replace('=', "%3D")
    );
    let session = Session::connect(&url).await.unwrap();
    let mut watch = |_| ();
    let options = RehearseOptions::default();
    let refused = Box::pin(rehearse(&session, &project.settings, &options, &mut watch)).await;
    assert!(
        matches!(refused, Err(RehearseError::ReadOnly)),
        "{refused:?}"
    );
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

    project
        .run(
            "create function public.slow() returns trigger language plpgsql as
             'begin perform pg_sleep(5); return new; end';
             create trigger slow before insert on draft_files for each row execute function public.slow()",
        )
        .await;
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
    project
        .run(
            "create function public.slow() returns trigger language plpgsql as
             'begin perform pg_sleep(0.5); return new; end';
             create trigger slow before insert on draft_files for each row execute function public.slow()",
        )
        .await;
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

/// Plain Postgres: a table of users of one's own, and no roles for them.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_roles_are_missing_the_rest_is_rehearsed() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let session = server.session();
    bookkeeping::ensure(session).await.unwrap();
    let tables = "
        create table public.people (key integer primary key);
        insert into people values (1), (2);
        create table public.notes (id serial primary key,
          person integer not null references people (key) on delete cascade)";
    session.client.batch_execute(tables).await.unwrap();
    let snapshot = load_snapshot(&session.client).await.unwrap();
    let notes = ObjectId::in_schema(ObjectKind::Table, "public", "notes");
    let made = [(notes.clone(), snapshot.get(&notes).unwrap().oid)];
    bookkeeping::claim(&session.client, "research", None, &made)
        .await
        .unwrap();
    let mut settings = Settings::new("research");
    settings.identity_table = IdentityTable {
        schema: "public".into(),
        name: "people".into(),
        column: "key".into(),
    };
    let mut watch = |_| ();
    let report = Box::pin(rehearse(
        session,
        &settings,
        &RehearseOptions::default(),
        &mut watch,
    ))
    .await;
    let report = report.unwrap();
    assert_eq!(
        failures(&report),
        Vec::<String>::new(),
        "{:#?}",
        report.notes
    );
    assert_noted(&report, "there is no role `authenticated` here");
    assert_noted(&report, "there is no role `anon` here");
    let cascade = "public.notes: deleting the user removes the user's 1 row and no other";
    assert!(
        report.checks.iter().any(|it| it.name == cascade),
        "{:#?}",
        report.checks
    );
}
