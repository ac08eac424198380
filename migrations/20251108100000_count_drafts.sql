-- Sessions know how many drafts they have and how big these are. The difference is added once per statement: a
-- recount per row is forty times slower and loses what two transactions write at once.

-- It runs as the owner of the tables, because users may not write the counters.
create function research_count_drafts() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
declare
  touched uuid[];
begin
  -- nobody's temporary tables come before ours
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  if tg_op = 'INSERT' then
    -- in one order everywhere, so that two writers wait for each other instead of for ever
    perform from research_sessions
      where (user_id, id) in (select added.user_id, added.session_id from added)
      order by id for no key update;
    update research_sessions as s
      set file_count = s.file_count + d.files, total_size_bytes = s.total_size_bytes + d.bytes
      from (
        select user_id, session_id, count(*) as files, sum(size_bytes) as bytes
        from added group by user_id, session_id
      ) as d
      where s.user_id = d.user_id and s.id = d.session_id;
  elsif tg_op = 'DELETE' then
    perform from research_sessions
      where (user_id, id) in (select removed.user_id, removed.session_id from removed)
      order by id for no key update;
    update research_sessions as s
      set file_count = s.file_count - d.files, total_size_bytes = s.total_size_bytes - d.bytes
      from (
        select user_id, session_id, count(*) as files, sum(size_bytes) as bytes
        from removed group by user_id, session_id
      ) as d
      where s.user_id = d.user_id and s.id = d.session_id;
  else
    -- by session alone: a session that moves to another owner takes its counters along. Sums and no join of the
    -- two: plans are kept, and one that was made for two rows must not be run for a million
    touched := array(
      select session_id
      from (
        select session_id, 1 as files, size_bytes as bytes from added
        union all select session_id, -1, -size_bytes from removed
      ) as changes
      group by session_id
      having sum(files) <> 0 or sum(bytes) <> 0
    );
    if touched = '{}' then
      return null;
    end if;
    perform from research_sessions where id = any (touched) order by id for no key update;
    update research_sessions as s
      set file_count = s.file_count + d.files, total_size_bytes = s.total_size_bytes + d.bytes
      from (
        select session_id, sum(files) as files, sum(bytes) as bytes
        from (
          select session_id, 1 as files, size_bytes as bytes from added
          union all select session_id, -1, -size_bytes from removed
        ) as changes
        group by session_id
      ) as d
      where s.id = d.session_id and s.id = any (touched);
  end if;
  return null;
end;
$$;
revoke execute on function research_count_drafts() from public, anon, authenticated;

create trigger draft_files_count_added
  after insert on draft_files
  referencing new table as added
  for each statement execute function research_count_drafts();
create trigger draft_files_count_changed
  after update on draft_files
  referencing old table as removed new table as added
  for each statement execute function research_count_drafts();
create trigger draft_files_count_removed
  after delete on draft_files
  referencing old table as removed
  for each statement execute function research_count_drafts();

-- What was there before is counted now; the rows keep their version and their time.
alter table research_sessions disable trigger user;
update research_sessions as s
  set file_count = d.files, total_size_bytes = d.bytes
  from (
    select session_id, count(*) as files, sum(size_bytes) as bytes from draft_files group by session_id
  ) as d
  where d.session_id = s.id;
alter table research_sessions enable trigger user;
