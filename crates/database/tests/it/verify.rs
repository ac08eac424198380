//! `verify`: what the applied migrations declare is there, and every way in which it is not is named.

use lodger_database::prepare::Present;
use lodger_database::verify::{Expectation, VerifyReport, verify};
use lodger_migration::plan::MigrationState;
use lodger_migration::settings::Allowance;

use crate::project::{Project, RESEARCH, migration};

impl Project {
    async fn verify(&self) -> VerifyReport {
        verify(&self.session, &self.migrations, &self.settings)
            .await
            .unwrap()
    }

    /// `check: detail` of what does not hold.
    async fn failures(&self) -> Vec<String> {
        failures(&self.verify().await)
    }
}

fn failures(report: &VerifyReport) -> Vec<String> {
    let failed = report.checks.iter().filter(|check| !check.passed);
    failed
        .map(|check| format!("{}: {}", check.name, check.detail.as_deref().unwrap_or("?")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_passes_and_nobody_was_touched() {
    let project = Project::applied(&[RESEARCH]).await;
    let report = project.verify().await;
    assert_eq!(failures(&report), Vec::<String>::new());
    let names: Vec<&str> = report.checks.iter().map(|it| it.name.as_str()).collect();
    insta::assert_snapshot!(names.join("\n"));
    // MAINTAIN is new in 17
    insta::with_settings!({filters => vec![("MAINTAIN, ", "")]}, {
        insta::assert_snapshot!("notes", report.notes.join("\n"));
    });
    project.instance.assert_strangers_untouched().await;
}

/// One way in which the database stops being as declared, how to undo it, and the failed check with
/// the beginning of its detail.
type Break = (&'static str, &'static str, &'static str);

const BROKEN_TABLES: &[Break] = &[
    (
        "alter table research_sessions drop constraint research_sessions_user_id_fkey,
         add constraint research_sessions_user_id_fkey foreign key (user_id) references public.profiles (id) on delete cascade not valid",
        "alter table research_sessions drop constraint research_sessions_user_id_fkey,
         add constraint research_sessions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade",
        "foreign key research_sessions_user_id_fkey: public.research_sessions (user_id) → auth.users (id), on delete cascade, validated: \
         this project has no claim on it: another object of that name; it points at public.profiles (OID ",
    ),
    (
        "update pg_constraint set confdeltype = 'a' where conname = 'research_sessions_user_id_fkey'",
        "update pg_constraint set confdeltype = 'c' where conname = 'research_sessions_user_id_fkey'",
        "on delete cascade, validated: on delete: is no action, declared is cascade",
    ),
    (
        "update pg_constraint set convalidated = false where conname = 'draft_files_session_id_fkey'",
        "update pg_constraint set convalidated = true where conname = 'draft_files_session_id_fkey'",
        "on delete cascade, validated: validated: is no, declared is yes",
    ),
    (
        "update pg_index set indisvalid = false where indexrelid = 'idx_draft_files_session_id'::regclass",
        "update pg_index set indisvalid = true where indexrelid = 'idx_draft_files_session_id'::regclass",
        "index idx_draft_files_session_id: public.draft_files (session_id), valid: valid: is no, declared is yes",
    ),
    (
        "update pg_index set indisvalid = false where indexrelid = 'draft_files_pkey'::regclass",
        "update pg_index set indisvalid = true where indexrelid = 'draft_files_pkey'::regclass",
        "primary key draft_files_pkey: public.draft_files (id): its index is not valid",
    ),
    (
        "alter index idx_draft_files_session_id rename to something_else",
        "alter index something_else rename to idx_draft_files_session_id",
        "index idx_draft_files_session_id: public.draft_files (session_id), valid: missing",
    ),
    (
        "alter table draft_files alter column detected_at drop default, alter column detected_at drop not null",
        "alter table draft_files alter column detected_at set default now(), alter column detected_at set not null",
        "table public.draft_files: 4 columns: column detected_at: is timestamp with time zone, \
         declared is timestamp with time zone not null; default of column detected_at: missing",
    ),
    (
        "alter table draft_files alter column detected_at set default '2000-01-01'",
        "alter table draft_files alter column detected_at set default now()",
        "table public.draft_files: 4 columns: default of column detected_at: is '2000-01-01 00:00:00+00'::timestamp with time zone, declared is now()",
    ),
    (
        "alter table draft_files add column extra integer",
        "alter table draft_files drop column extra",
        "table public.draft_files: 4 columns: column extra: no migration declares it, and it is integer",
    ),
    (
        "alter table research_sessions rename column number to numero",
        "alter table research_sessions rename column numero to number",
        "table public.research_sessions: 7 columns: column number: missing; column numero: no migration declares it",
    ),
    (
        "alter table draft_files rename to drafts",
        "alter table drafts rename to draft_files",
        "table public.draft_files: 4 columns: missing, and with it the 5 things that belong to it",
    ),
    (
        "alter type session_status rename value 'failed' to 'broken'",
        "alter type session_status rename value 'broken' to 'failed'",
        "enum public.session_status: in_progress, completed, failed: \
         labels: is in_progress, completed, broken, declared is in_progress, completed, failed",
    ),
];

const BROKEN_ACCESS: &[Break] = &[
    (
        "alter policy draft_files_own on draft_files using (true)",
        "alter policy draft_files_own on draft_files using (exists (select from research_sessions s
                 where s.id = session_id and s.user_id = (select auth.uid())))",
        "policy draft_files_own: on public.draft_files, for all to authenticated: USING: is true, declared is",
    ),
    (
        "alter policy research_sessions_own on research_sessions to public",
        "alter policy research_sessions_own on research_sessions to authenticated",
        "policy research_sessions_own: on public.research_sessions, for all to authenticated: roles: is public, declared is authenticated",
    ),
    (
        "alter table research_sessions disable row level security, no force row level security",
        "alter table research_sessions enable row level security, force row level security",
        "row-level security on public.research_sessions: on, forced: it is off; FORCE is off",
    ),
    (
        "revoke insert on draft_files from authenticated; revoke update (title) on research_sessions from authenticated",
        "grant insert on draft_files to authenticated; grant update (title) on research_sessions to authenticated",
        "grants on table public.draft_files: authenticated DELETE, INSERT, SELECT: missing: authenticated INSERT",
    ),
    (
        "grant update on research_sessions to authenticated",
        // what is revoked from the whole goes from the columns too
        "revoke update on research_sessions from authenticated; grant update (title, status) on research_sessions to authenticated",
        "service_role SELECT: there, and a migration takes it away: authenticated UPDATE",
    ),
    (
        "grant execute on function research_touch() to public",
        "revoke execute on function research_touch() from public",
        "grants on function public.research_touch(): none: there, and a migration takes it away: public EXECUTE",
    ),
    (
        "alter function research_touch() security definer",
        "alter function research_touch() security invoker",
        "function public.research_touch(): fixed search_path: security definer: is yes, declared is no",
    ),
    (
        "alter function research_touch() rename to research_touched",
        "alter function research_touched() rename to research_touch",
        "everything that is claimed is declared by a migration: function public.research_touched()",
    ),
    (
        "alter table research_sessions disable trigger research_sessions_touch",
        "alter table research_sessions enable trigger research_sessions_touch",
        "calls public.research_touch(), enabled: state: is disabled, declared is enabled",
    ),
    (
        "create or replace view research_open as select s.id, s.title from research_sessions s",
        "create or replace view research_open with (security_barrier = true) as
         select s.id, s.title from research_sessions s where s.status = 'in_progress'",
        "view public.research_open: options: missing",
    ),
    (
        "create or replace view research_open with (security_barrier = true) as
         select s.id, s.title from research_sessions s where s.status = 'failed'",
        "create or replace view research_open with (security_barrier = true) as
         select s.id, s.title from research_sessions s where s.status = 'in_progress'",
        "view public.research_open: definition: line ",
    ),
    (
        "create trigger theirs before insert on draft_files for each row execute function public.update_updated_at_column();
         create policy theirs on draft_files for select to anon using (true)",
        "drop trigger theirs on draft_files; drop policy theirs on draft_files",
        "nobody else has a trigger, policy, rule or constraint on this project's tables: \
         trigger theirs on public.draft_files (not this project's (unclaimed)); policy theirs on public.draft_files",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_home_schema_that_apply_has_made_is_no_drift() {
    let mut project = Project::new(&["create table notes (id int primary key);"]).await;
    project.settings.schema = "research".to_owned();
    project.apply().await;
    assert_eq!(project.failures().await, Vec::<String>::new());
    project.run("create table research.more ()").await;
    project.claim("create schema aside").await;
    assert_eq!(
        project.failures().await,
        ["everything that is claimed is declared by a migration: schema aside"]
    );
}

async fn each_break_is_named(breaks: &[Break]) {
    let project = Project::baseline(&[RESEARCH]).await;
    let Project {
        session,
        migrations,
        settings,
        ..
    } = &project;
    let states = [MigrationState::Baseline];
    let expectation = Expectation::of(migrations, &states, settings)
        .await
        .unwrap();
    // in this order, because what is made again has no claim any more
    for (break_it, mend_it, expected) in breaks.iter().rev() {
        project.run_as_superuser(break_it).await;
        let present = Present::load(session, &settings.project).await.unwrap();
        let report = expectation.verify(migrations, &states, &present).await;
        let failures = failures(&report.unwrap());
        let named = failures.iter().any(|it| it.contains(expected));
        assert!(
            named,
            "{break_it}\nis not named as\n{expected}\nin\n{failures:#?}"
        );
        project.run_as_superuser(mend_it).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_as_declared_is_named() {
    each_break_is_named(BROKEN_TABLES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_not_as_declared_is_named() {
    each_break_is_named(BROKEN_ACCESS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_hang_on_our_tables_without_harm_is_a_note() {
    let project = Project::baseline(&[RESEARCH]).await;
    let strangers = "
        create table public.reports (session uuid references research_sessions (id));
        create index reports_idx on research_sessions (created_at);
        grant select on draft_files to supabase_read_only_user;
        alter publication supabase_realtime add table draft_files";
    project.run(strangers).await;
    let report = project.verify().await;
    assert_eq!(failures(&report), Vec::<String>::new());
    for expected in [
        "constraint reports_session_fkey on public.reports points at public.research_sessions",
        "index public.reports_idx is on public.research_sessions, and not this project's",
        "supabase_read_only_user SELECT on table public.draft_files",
        "public.draft_files is in publication supabase_realtime, and no migration puts it there",
    ] {
        let noted = report.notes.iter().any(|it| it.contains(expected));
        assert!(noted, "{expected} is not in {:#?}", report.notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn later_migrations_count_and_so_do_changes_of_the_landlords_objects() {
    let mut project = Project::new(&[
        RESEARCH,
        "alter table draft_files add column size bigint not null default 0;
         drop index idx_research_sessions_user_id;
         alter publication supabase_realtime add table draft_files;
         alter default privileges in schema public grant select on tables to service_role;
         create extension if not exists citext with schema extensions",
    ])
    .await;
    project.settings.allow.push(Allowance {
        rule: "default-privileges".into(),
        object: "*".into(),
        reason: "the test wants them".into(),
    });
    project.apply().await;
    let report = project.verify().await;
    assert_eq!(failures(&report), Vec::<String>::new());
    let names: Vec<&str> = report.checks.iter().map(|it| it.name.as_str()).collect();
    for expected in [
        "table public.draft_files: 5 columns",
        "publication supabase_realtime: table public.draft_files yes",
        "default privileges in public: tables",
        "extension citext",
    ] {
        assert!(names.contains(&expected), "{expected} is not in {names:#?}");
    }
    project
        .run("alter publication supabase_realtime drop table draft_files; drop extension citext")
        .await;
    project
        .run("alter default privileges in schema public revoke select on tables from service_role")
        .await;
    assert_eq!(
        project.failures().await,
        [
            "default privileges in public: tables: not those of postgres",
            "extension citext: missing",
            "publication supabase_realtime: table public.draft_files yes: missing",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_migrations_own_standing_is_part_of_it() {
    let mut project = Project::new(&[RESEARCH]).await;
    let nothing =
        "something is applied: nothing is applied; `lodger apply` brings the migrations in";
    assert_eq!(project.failures().await, [nothing]);

    project.apply().await;
    let later = migration("20251101000009", "create table research_later (id integer)");
    project.migrations.push(later);
    let report = project.verify().await;
    assert!(report.passed());
    let note = "20251101000009 test is not applied yet";
    assert!(
        report.notes.iter().any(|it| it == note),
        "{:#?}",
        report.notes
    );

    let interrupted = "insert into lodger.migrations (project, version, name, checksum, steps_done)
         values ('research', '20251101000009', 'test', $1, 1)";
    let checksum = project.migrations[1].checksum.clone();
    let client = &project.session.client;
    client.execute(interrupted, &[&checksum]).await.unwrap();
    let failures = project.failures().await;
    assert_eq!(failures.len(), 1, "{failures:#?}");
    assert!(
        failures[0].contains("20251101000009 test: interrupted after step 1"),
        "{failures:?}"
    );

    project.migrations = vec![migration(
        "20251101000001",
        &format!("{RESEARCH}\n-- edited"),
    )];
    let failures = project.failures().await;
    assert_eq!(failures.len(), 1, "{failures:#?}");
    for expected in [
        "was edited after it was applied",
        "20251101000009 test: in the history, and there is no file",
    ] {
        assert!(failures[0].contains(expected), "{failures:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_there_before_is_not_ours() {
    let project = Project::baseline(&[RESEARCH]).await;
    project
        .run("delete from lodger.objects where identity = 'table public.draft_files'")
        .await;
    assert_eq!(
        project.failures().await,
        [
            "table public.draft_files: 4 columns: this project has no claim on it: another object of that name"
        ]
    );
    project
        .run(
            "insert into lodger.objects (class, oid, project, identity)
              values ('relation', 'public.draft_files'::regclass, 'shop', 'x')",
        )
        .await;
    assert!(project.failures().await[0].ends_with("it belongs to project shop"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_is_an_error() {
    let project = Project::baseline(&[RESEARCH]).await;
    project
        .run_as_superuser(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
    let error = verify(&project.session, &project.migrations, &project.settings)
        .await
        .unwrap_err();
    assert!(!error.to_string().is_empty());
}
