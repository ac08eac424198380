//! All kinds of tables are filled, as the users that are asked for, with triggers or without.

use lodger_database::rehearse::{RehearseError, RehearseOptions};
use uuid::Uuid;

use super::{assert_named, assert_noted, failures};
use crate::project::{Project, RESEARCH};

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
