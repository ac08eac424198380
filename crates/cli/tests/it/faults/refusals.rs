//! Something cannot be done: the disk is full, time is up, rights are missing, the server takes no writes.

use std::process::{Command, Stdio};

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use super::export::{Export, is_empty};
use super::operation::{Operation, Place};
use super::rollback::applied;
use super::store::{GUEST, MEMBER, with_store};
use crate::bad_input::database::{drop_tenant, tenant};
use crate::project::Project;
use crate::sandbox::Ended;

const READ_ONLY: &str = "the database is read-only: connect to the primary server";

async fn instance() -> (SharedInstance, Place) {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let place = Place {
        url: instance.url(),
        admin: instance.admin_url(),
    };
    (instance, place)
}

/// The address with settings of the session.
fn with_setting(url: &str, setting: &str) -> String {
    let setting = setting.replace('=', "%3D");
    format!("{url}?options=-c%20{setting}")
}

fn at(project: &Project, url: &str, arguments: &[&str]) -> Ended {
    let mut command = project.command(arguments);
    Ended::of(&command.env("DATABASE_URL", url).output().unwrap())
}

/// No file may be longer than a few blocks: as if the disk were full.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_stops_an_export_before_anything_is_dropped() {
    let (instance, place) = instance().await;
    let export = Export::prepare(&place).await;
    let whole = export.command(&place.url);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(whole.get_program())
        .args(whole.get_args())
        .current_dir(whole.get_current_dir().unwrap())
        .env("DATABASE_URL", &place.url)
        .stdin(Stdio::null());
    let before = export.look(&place).await;
    let refused = Ended::of(&limited.output().unwrap());
    refused.assert_error(3, "the rows could not be exported, so nothing was dropped");
    assert!(
        refused.err.contains("pages.csv cannot be written"),
        "{refused:?}"
    );
    assert!(is_empty(&whole.get_current_dir().unwrap().join("saved")));
    assert_eq!(export.look(&place).await, before);
    let done = Ended::of(&export.command(&place.url).output().unwrap());
    assert_eq!(done.code, 0, "{done:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_ends_its_step_and_nothing_of_it_stays() {
    let (instance, place) = instance().await;
    let notes = "create table notes (id int primary key, user_id uuid references auth.users (id) on delete cascade);\n\
                 alter table notes enable row level security;\n";
    let project = Project::new(&place.url, &[("1_notes.sql", notes)]);
    let holder = instance.connect_admin().await;
    let hold = "begin; update auth.users set updated_at = updated_at";
    holder.batch_execute(hold).await.unwrap();
    let hasty = with_setting(&place.url, "statement_timeout=700ms");
    let ended = at(&project, &hasty, &["apply", "--lock-timeout", "20s"]);
    assert!([1, 3].contains(&ended.code), "{ended:?}");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("statement timeout"), "{ended:?}");
    let there = "select from pg_class where relname = 'notes'";
    assert!(holder.query(there, &[]).await.unwrap().is_empty());
    holder.batch_execute("rollback").await.unwrap();
    let done = at(&project, &hasty, &["apply"]);
    assert_eq!(done.code, 0, "{done:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_does_not_pass_row_level_security_loses_no_rows_that_it_cannot_see() {
    let (instance, _) = instance().await;
    let rights = "grant create, usage on schema public to ROLE; grant usage on schema auth to ROLE;
        grant references on auth.users to ROLE;
        do $$ begin execute format('grant create on database %I to ROLE', current_database()); end $$";
    let (name, url) = tenant(&instance, rights).await;
    let notes = "create table notes (id int primary key, user_id uuid references auth.users (id) on delete cascade);\n\
                 create index notes_user_id on notes (user_id);\n\
                 alter table notes enable row level security;\n\
                 alter table notes force row level security;\n";
    let project = Project::new(&url, &[("1_notes.sql", notes)]);
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let admin = instance.connect_admin().await;
    let row = "insert into public.notes (id) values (1)";
    admin.batch_execute(row).await.unwrap();
    for arguments in [
        &["rollback", "--all"][..],
        &["rollback", "--all", "--export", "saved"],
    ] {
        let ended = project.run(arguments);
        assert_eq!(ended.code, 3, "{ended:?}");
        let said = "query would be affected by row-level security policy for table \"notes\"";
        assert!(ended.err.contains(said), "{ended:?}");
        let rows = admin.query("select from public.notes", &[]).await.unwrap();
        assert_eq!(rows.len(), 1);
    }
    let folder = project.sandbox().path().join("saved");
    assert!(!folder.exists() || is_empty(&folder));
    drop_tenant(&instance, &name).await;
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_no_writes_any_more_is_named_as_what_it_is() {
    let (instance, place) = instance().await;
    let project = applied(&place);
    project.write(
        "3_more.sql",
        "alter table pages add column folded boolean;\n",
    );
    let read_only = with_setting(&place.url, "default_transaction_read_only=on");
    for arguments in [&["apply"][..], &["rollback", "--all"]] {
        at(&project, &read_only, arguments).assert_error(3, READ_ONLY);
    }
    let status = at(&project, &read_only, &["status"]);
    assert!(status.out.contains("pending      3 more"), "{status:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_takes_no_writes_any_more_keeps_what_it_has() {
    let (instance, place) = instance().await;
    let rows = format!("insert into research_sessions (user_id, title) values ({GUEST}, 'Tides')");
    let project = with_store(&place, &rows).await;
    let users = format!("select {GUEST}::text, {MEMBER}::text");
    let users = instance.connect_admin().await.query_one(&users, &[]).await;
    let (from, to): (String, String) = users.map(|it| (it.get(0), it.get(1))).unwrap();
    let transfer = ["transfer", "--from", &from, "--to", &to];
    let read_only = with_setting(&place.url, "default_transaction_read_only=on");
    let ended = at(&project, &read_only, &transfer);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{ended:?}");
    let ended = at(&project, &place.url, &transfer);
    assert!(ended.out.starts_with("transferred: 1 session"), "{ended:?}");
    instance.assert_strangers_untouched().await;
}
