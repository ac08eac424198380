-- expect: statement-fails 3, transaction-control 2, transaction-control 10, disallowed-unique-constraint 8
begin;
create policy "Users can view own sessions" on research_sessions for select
  using (auth.uid() = user_id);

-- a second run of this file fails, and says so after it said that all is well
alter table draft_files
  add constraint draft_files_path unique (session_id, file_path);
do $$ begin raise notice 'unique constraint added successfully'; end $$;
commit;
