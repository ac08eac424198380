-- The outbox: what happened to a user's sessions and drafts, written with the change itself, whoever makes it and
-- by whatever way. Numbers run per user, without gaps, in the order of the commits: the row in research_event_heads
-- is locked from the first event of a transaction to its end.

create table research_event_heads (
  user_id uuid primary key references auth.users (id) on delete cascade,
  last_seq bigint not null default 0,
  -- events up to here are gone
  pruned_seq bigint not null default 0
);

create table research_events (
  user_id uuid not null references research_event_heads (user_id) on delete cascade,
  seq bigint not null,
  session_id uuid,
  kind text not null,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (user_id, seq)
);
create index research_events_created_at on research_events (created_at);

create function research_record_session_events() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  if tg_op = 'INSERT' then
    with changes as (
      select user_id, id, version, title, status,
        row_number() over (partition by user_id order by created_at, id) as place,
        count(*) over (partition by user_id) as size
      from added
    ), heads as (
      insert into research_event_heads as h (user_id, last_seq)
      select distinct user_id, size from changes order by user_id
      on conflict (user_id) do update set last_seq = h.last_seq + excluded.last_seq
      returning user_id, last_seq
    )
    insert into research_events (user_id, seq, session_id, kind, payload)
    select user_id, last_seq - size + place, id, 'session.created',
      jsonb_build_object('title', title, 'status', status, 'version', version)
    from changes join heads using (user_id);
  elsif tg_op = 'UPDATE' then
    -- a change of the counters alone is told by the draft's event, a change of the owner by the transfer's
    -- each row beside what it was, by order and not by a join: plans are kept, and one that was made for two rows must
    -- not be run for a million
    with beside as (
      select is_new, id, user_id, version, title, status, language, parameters, archived_at,
        lag(user_id) over pair as old_user_id, lag(title) over pair as old_title,
        lag(status) over pair as old_status, lag(language) over pair as old_language,
        lag(parameters) over pair as old_parameters, lag(archived_at) over pair as old_archived_at
      from (
        select true as is_new, id, user_id, version, title, status, language, parameters, archived_at from added
        union all
        select false, id, user_id, version, title, status, language, parameters, archived_at from removed
      ) as both_states
      window pair as (partition by id order by is_new)
    ), told as (
      select user_id, id, version, title, status,
        case
          when old_archived_at is null and archived_at is not null then 'session.archived'
          when old_archived_at is not null and archived_at is null then 'session.restored'
          when old_status <> status and status = 'completed' then 'session.completed'
          when old_status <> status and status = 'failed' then 'session.failed'
          when old_status <> status then 'session.resumed'
          else 'session.updated'
        end as kind
      from beside
      where is_new and user_id = old_user_id
        and (title, status, language, parameters, archived_at)
          is distinct from (old_title, old_status, old_language, old_parameters, old_archived_at)
    ), changes as (
      select told.*, row_number() over (partition by user_id order by id) as place,
        count(*) over (partition by user_id) as size
      from told
    ), heads as (
      insert into research_event_heads as h (user_id, last_seq)
      select distinct user_id, size from changes order by user_id
      on conflict (user_id) do update set last_seq = h.last_seq + excluded.last_seq
      returning user_id, last_seq
    )
    insert into research_events (user_id, seq, session_id, kind, payload)
    select user_id, last_seq - size + place, id, kind,
      jsonb_build_object('title', title, 'status', status, 'version', version)
    from changes join heads using (user_id);
  else
    -- the account may be what is going: then nobody is left to tell
    with changes as (
      select user_id, id, row_number() over (partition by user_id order by id) as place,
        count(*) over (partition by user_id) as size
      from removed
      where exists (select from auth.users where users.id = removed.user_id)
    ), heads as (
      insert into research_event_heads as h (user_id, last_seq)
      select distinct user_id, size from changes order by user_id
      on conflict (user_id) do update set last_seq = h.last_seq + excluded.last_seq
      returning user_id, last_seq
    )
    insert into research_events (user_id, seq, session_id, kind)
    select user_id, last_seq - size + place, id, 'session.deleted'
    from changes join heads using (user_id);
  end if;
  return null;
end;
$$;
revoke execute on function research_record_session_events() from public, anon, authenticated;

create function research_record_draft_events() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  if tg_op = 'DELETE' then
    -- drafts that go with their session are told by the session's event
    with changes as (
      select user_id, session_id, id, stage, file_path, size_bytes,
        row_number() over (partition by user_id order by id) as place,
        count(*) over (partition by user_id) as size
      from removed
      where exists (
        select from research_sessions as s where s.user_id = removed.user_id and s.id = removed.session_id
      )
    ), heads as (
      insert into research_event_heads as h (user_id, last_seq)
      select distinct user_id, size from changes order by user_id
      on conflict (user_id) do update set last_seq = h.last_seq + excluded.last_seq
      returning user_id, last_seq
    )
    insert into research_events (user_id, seq, session_id, kind, payload)
    select user_id, last_seq - size + place, session_id, 'draft.deleted',
      jsonb_build_object('id', id, 'stage', stage, 'file_path', file_path, 'size_bytes', size_bytes)
    from changes join heads using (user_id);
    return null;
  end if;
  -- drafts that follow their session to another owner are told by the transfer's event
  if tg_op = 'UPDATE' then
    if array(select distinct user_id from added order by user_id)
      <> array(select distinct user_id from removed order by user_id)
    then
      return null;
    end if;
  end if;
  with changes as (
    select user_id, session_id, id, stage, file_path, size_bytes,
      row_number() over (partition by user_id order by file_path, id) as place,
      count(*) over (partition by user_id) as size
    from added
  ), heads as (
    insert into research_event_heads as h (user_id, last_seq)
    select distinct user_id, size from changes order by user_id
    on conflict (user_id) do update set last_seq = h.last_seq + excluded.last_seq
    returning user_id, last_seq
  )
  insert into research_events (user_id, seq, session_id, kind, payload)
  select user_id, last_seq - size + place, session_id, 'draft.saved',
    jsonb_build_object('id', id, 'stage', stage, 'file_path', file_path, 'size_bytes', size_bytes)
  from changes join heads using (user_id);
  return null;
end;
$$;
revoke execute on function research_record_draft_events() from public, anon, authenticated;

create trigger research_sessions_record_added
  after insert on research_sessions
  referencing new table as added
  for each statement execute function research_record_session_events();
create trigger research_sessions_record_changed
  after update on research_sessions
  referencing old table as removed new table as added
  for each statement execute function research_record_session_events();
create trigger research_sessions_record_removed
  after delete on research_sessions
  referencing old table as removed
  for each statement execute function research_record_session_events();
create trigger draft_files_record_added
  after insert on draft_files
  referencing new table as added
  for each statement execute function research_record_draft_events();
create trigger draft_files_record_changed
  after update on draft_files
  referencing old table as removed new table as added
  for each statement execute function research_record_draft_events();
create trigger draft_files_record_removed
  after delete on draft_files
  referencing old table as removed
  for each statement execute function research_record_draft_events();

grant select on research_event_heads, research_events to authenticated;
grant select, insert, update, delete on research_event_heads, research_events to service_role;

alter table research_event_heads enable row level security;
alter table research_events enable row level security;
alter table research_event_heads force row level security;
alter table research_events force row level security;
create policy research_event_heads_read_own on research_event_heads
  for select to authenticated using (user_id = (select auth.uid()));
create policy research_events_read_own on research_events
  for select to authenticated using (user_id = (select auth.uid()));
