-- why: the session's counters follow by trigger
delete from draft_files where user_id = $1 and id = $2 returning id
