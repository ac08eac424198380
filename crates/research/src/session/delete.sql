-- why: its drafts go with it
delete from research_sessions
where user_id = $1 and id = $2 and ($3::bigint is null or version = $3)
returning id
