-- why: a session that was deleted still has its events; one of somebody else has none
select exists (select from research_sessions where user_id = $1 and id = $2)
  or exists (select from research_events where user_id = $1 and session_id = $2) as is_known
