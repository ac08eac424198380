-- expect: duplicate-version 4
-- Has the version of the clean-up.

alter table if exists research_sessions enable row level security;
alter table if exists draft_files enable row level security;
