-- Somebody who has not registered, with so many sessions and a draft in each.
insert into auth.users (id, aud, role, created_at, updated_at, is_anonymous)
values (:'guest', 'authenticated', 'authenticated', now(), now(), true);
insert into research.research_sessions (user_id, title)
select :'guest', 'Session ' || n from generate_series(1, :sessions) as n;
insert into research.draft_files (session_id, user_id, stage, file_path)
select id, user_id, '2_planning', '2_planning/plan.md' from research.research_sessions where user_id = :'guest';
