-- expect: trigger-column-missing 21, trigger-row-missing 20, row-trigger-recounts 20, update-grant-on-kept-columns 31
-- expect: duplicate-permissive-policies 24, duplicate-permissive-policies 26, duplicate-permissive-policies 28, grants-writes-to-anon 31
alter table research_sessions add column if not exists file_count int not null default 0;
alter table research_sessions add column if not exists total_size bigint not null default 0;

create or replace function update_session_stats() returns trigger as $$
begin
  if tg_op = 'DELETE' then
    update research_sessions set file_count = file_count - 1 where id = new.session_id;
    return old;
  end if;
  update research_sessions set
    file_count = (select count(*) from draft_files where session_id = new.session_id),
    total_size = (select coalesce(sum(new.size), 0) from draft_files where session_id = new.session_id)
  where id = new.session_id;
  return new;
end;
$$ language plpgsql;

create trigger draft_files_stats after insert or update or delete
  on draft_files for each row execute function update_session_stats();

-- made again under other names: now there are two of each
create policy "select own sessions" on research_sessions for select
  using (auth.uid() = user_id);
create policy "insert own sessions" on research_sessions for insert
  with check (auth.uid() = user_id);
create policy "update own sessions" on research_sessions for update
  using (auth.uid() = user_id);

grant select, insert, update, delete on research_sessions to anon, authenticated;
