-- why: who has reserved it has committed by now, the answer with it
select fingerprint, response from research_idempotency_keys where user_id = $1 and key = $2
