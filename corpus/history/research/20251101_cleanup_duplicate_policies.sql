-- expect: version-prefix-length 4
-- Takes out policies that were made twice. By version it runs before all others, by name after them.

drop policy if exists "Users can view own sessions" on research_sessions;
drop policy if exists "Users can insert own sessions" on research_sessions;
