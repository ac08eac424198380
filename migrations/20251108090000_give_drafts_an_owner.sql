-- Drafts carry their owner, so that a policy compares a column instead of asking another table for every row,
-- and so that both tables can be distributed by user. Sessions get what a list shows; users write only what is
-- theirs to say.

alter table research_sessions
  add column language text not null default 'en'
    constraint research_sessions_language_tag
    check (char_length(language) <= 35 and language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  add column parameters jsonb not null default '{}'
    constraint research_sessions_parameters_object
    check (jsonb_typeof(parameters) = 'object' and octet_length(parameters::text) <= 65536),
  add column archived_at timestamptz,
  add column version bigint not null default 1,
  add column file_count integer not null default 0
    constraint research_sessions_file_count check (file_count >= 0),
  add column total_size_bytes bigint not null default 0
    constraint research_sessions_total_size check (total_size_bytes >= 0);

-- a title that stands there already and is too long has to be shortened first
alter table research_sessions
  add constraint research_sessions_title_length check (char_length(title) between 1 and 500) not valid;
-- lodger: allow constraint-missing-not-valid because Lodger validates in a transaction of its own
alter table research_sessions validate constraint research_sessions_title_length;

-- lodger: allow disallowed-unique-constraint because the store is young, its tables are small
-- lodger: allow constraint-missing-not-valid because a unique constraint cannot be NOT VALID
alter table research_sessions add constraint research_sessions_user_id_id_key unique (user_id, id);

alter table draft_files
  add column user_id uuid,
  add column size_bytes bigint not null default 0 constraint draft_files_size check (size_bytes >= 0),
  add column sha256 text constraint draft_files_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
  add column media_type text not null default 'application/octet-stream'
    constraint draft_files_media_type check (char_length(media_type) between 3 and 127),
  add column language text
    constraint draft_files_language_tag
    check (char_length(language) <= 35 and language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  -- what the page shows; a file that is too big for that is known by size and hash alone
  add column content bytea
    constraint draft_files_content check (
      content is null
      or (octet_length(content) <= 4194304 and octet_length(content) = size_bytes and sha256 is not null)
    );

-- an absolute path says where a file is on one machine, not which file it is
alter table draft_files
  add constraint draft_files_relative_path check (
    char_length(file_path) between 1 and 1024
    and file_path !~ '(^|/)[.]{0,2}(/|$)'
    and file_path !~ '[[:cntrl:]\\]'
  ) not valid;
-- lodger: allow constraint-missing-not-valid because Lodger validates in a transaction of its own
alter table draft_files validate constraint draft_files_relative_path;

update draft_files set user_id = research_sessions.user_id
  from research_sessions where research_sessions.id = draft_files.session_id;

alter table draft_files alter column user_id set not null;

-- a draft follows its session to another owner, and goes with it
alter table draft_files
  add constraint draft_files_session_id_user_id_fkey
    foreign key (session_id, user_id) references research_sessions (id, user_id)
    on update cascade on delete cascade not valid;
-- lodger: allow constraint-missing-not-valid because Lodger validates in a transaction of its own
alter table draft_files validate constraint draft_files_session_id_user_id_fkey;
-- says less than that one, and would be checked as well
alter table draft_files drop constraint draft_files_session_id_fkey;

-- one file per path and session; the owner comes first for the lists of one user
-- lodger: allow disallowed-unique-constraint because the store is young, its tables are small
-- lodger: allow constraint-missing-not-valid because a unique constraint cannot be NOT VALID
alter table draft_files
  add constraint draft_files_user_id_session_id_file_path_key unique (user_id, session_id, file_path);

-- The two lists that a user looks at, newest first, page by page.
-- lodger: allow require-concurrent-index-creation because the store is young, its tables are small
create index research_sessions_active on research_sessions (user_id, created_at desc, id desc)
  where archived_at is null;
-- lodger: allow require-concurrent-index-creation because the store is young, its tables are small
create index research_sessions_newest on research_sessions (user_id, created_at desc, id desc);

-- Every change of a row is a new version of it, whoever makes it.
create function research_advance_version() returns trigger
  language plpgsql
  set search_path from current
as $$
begin
  new.version := old.version + 1;
  if new.status <> old.status
    and not (old.status = 'in_progress' or (old.status = 'failed' and new.status = 'in_progress'))
  then
    raise exception 'a session cannot move from % to %', old.status, new.status
      using errcode = 'LG002';
  end if;
  return new;
end;
$$;

create trigger research_sessions_advance_version
  before update on research_sessions
  for each row execute function research_advance_version();

-- Users write what is theirs to say; owner, counters, version and times are the store's.
revoke insert, update on research_sessions, draft_files from authenticated;
grant insert (id, user_id, title, language, parameters) on research_sessions to authenticated;
grant update (title, status, language, parameters, archived_at) on research_sessions to authenticated;
grant insert (id, session_id, user_id, stage, file_path, size_bytes, sha256, media_type, language, content)
  on draft_files to authenticated;
grant update (session_id, stage, file_path, size_bytes, sha256, media_type, language, content, detected_at)
  on draft_files to authenticated;

alter table research_sessions force row level security;
alter table draft_files force row level security;
drop policy draft_files_of_own_sessions on draft_files;
create policy draft_files_own on draft_files
  for all
  to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
