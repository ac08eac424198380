-- why: goes with the write that it tells of, or not at all
update research_idempotency_keys set response = $3 where user_id = $1 and key = $2 returning true as kept
