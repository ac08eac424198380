-- expect: policy-to-public 4, policy-to-public 6, unwrapped-auth-uid 5, policy-subquery 10, policy-to-public 10
alter table research_sessions enable row level security;
alter table draft_files enable row level security;
create policy "Users can view own sessions" on research_sessions for select
  using (auth.uid() = user_id);
create policy "Users can insert own sessions" on research_sessions for insert
  with check (auth.uid() = user_id);
create policy "Users can update own sessions" on research_sessions for update
  using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Users can view own drafts" on draft_files for select
  using (session_id in (select id from research_sessions where user_id = auth.uid()));
