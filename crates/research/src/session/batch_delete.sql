-- why: all at once, their drafts with them
delete from research_sessions where user_id = $1 and id = any ($2) returning id
