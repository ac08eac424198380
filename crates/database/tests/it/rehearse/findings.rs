//! Everything that is broken is named, and what cannot be rehearsed is said.

use super::{assert_named, assert_noted, failures};
use crate::project::{Project, RESEARCH};

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
